import type { Api } from "./api.ts";
import { ApiError } from "./api-error.ts";

/** A question as it was entered. */
export interface Question {
  readonly text: string;
  /** As `data:` URIs. */
  readonly images: readonly string[];
}

/** A question and the answer that it got. */
export interface Exchange {
  readonly question: Question;
  readonly answer: string;
}

/** What the answer has to be like, and who gives it. */
export interface AskOptions {
  /** The name under which the team is asked. */
  readonly model: string;
  /** A JSON schema that the answer has to keep to. */
  readonly schema?: object;
}

/** The body of a chat completion that asks a team, after what was said before. */
export function askBody(before: readonly Exchange[], question: Question, { model, schema }: AskOptions): object {
  const said = before.flatMap(({ question, answer }) => [
    { role: "user", content: contentOf(question) },
    { role: "assistant", content: answer },
  ]);
  return {
    model,
    stream: true,
    messages: [...said, { role: "user", content: contentOf(question) }],
    ...(schema && { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } }),
  };
}

function contentOf({ text, images }: Question): string | readonly object[] {
  if (images.length === 0) return text;
  return [{ type: "text", text }, ...images.map((url) => ({ type: "image_url", image_url: { url } }))];
}

/**
 * Asks, and keeps the answer's stream flowing: the run goes on for as long as this page takes it.
 *
 * @returns the id of the run, as soon as it has begun
 * @throws ApiError
 */
export async function askTeam(api: Api, body: object, signal: AbortSignal): Promise<string> {
  const response = await api.send("v1/chat/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "x-massgen-traces": "off" },
    body: JSON.stringify(body),
    signal,
  });
  const runId = response.headers.get("x-massgen-run-id");
  if (runId === null)
    throw new ApiError(response.status, "The answer has no x-massgen-run-id: something on the way took it out.");
  void response.body?.pipeTo(new WritableStream()).catch(() => {
    // How the run ends is told by its events.
  });
  return runId;
}
