import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as bodyText } from "node:stream/consumers";
import { shownAnswers, type ShownAnswer } from "@massgen/core/testing";

/** The services of the mixed team, by the first part of the path under which each is reached. */
export type ServiceName = "openai" | "gemini" | "claude" | "groq" | "ollama" | "acme";

interface MixedCall {
  readonly service: ServiceName;
  readonly phase: "draft" | "ballot" | "presentation";
  readonly headers: IncomingMessage["headers"];
  readonly body: Readonly<Record<string, unknown>>;
  /** What the answer reported. */
  readonly usage: { readonly input: number; readonly output: number };
}

export interface MixedUpstream extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly MixedCall[];
}

/** What a service is about to say. */
interface Line {
  readonly text: string;
  /** Set on a ballot: the label to vote for. */
  readonly label?: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Speak = (response: ServerResponse, line: Line) => MixedCall["usage"];

const winningDraft = "Draft by claude.";
export const finalAnswer = "The final coordinated answer.";

/** Starts one server that plays every service, each in its own dialect and with its own oddities. All vote for Claude's draft. */
export async function startMixedUpstream(): Promise<MixedUpstream> {
  const calls: MixedCall[] = [];
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Services on the user's own machine are asked what they take; these do not say.
    if (request.method === "GET") {
      response.writeHead(404).end();
      return;
    }
    const service = (request.url ?? "").split("/")[1] as ServiceName;
    const written = await bodyText(request);
    const body = JSON.parse(written) as MixedCall["body"];
    const shown = textsIn(body)
      .map(shownAnswers)
      .findLast((answers) => answers !== undefined);
    const phase = /"name":"vote"|`vote`/.test(written) ? "ballot" : shown === undefined ? "draft" : "presentation";
    const line = {
      body,
      text: phase === "draft" ? `Draft by ${service}.` : finalAnswer,
      ...(phase === "ballot" && { label: labelIn(shown ?? []) }),
    };
    calls.push({ service, phase, headers: request.headers, body, usage: speakers[service](response, line) });
  }
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Every text of a body, wherever its dialect puts it. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The label that shows the winning draft; its author, who does not see it, takes the first. */
function labelIn(shown: readonly ShownAnswer[]): string {
  return (shown.find(({ text }) => text === winningDraft) ?? shown[0])?.label ?? "agent1";
}

function events(response: ServerResponse, ...payloads: readonly (object | string)[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const payload of payloads) {
    const name = typeof payload === "object" && "type" in payload ? `event: ${String(payload.type)}\n` : "";
    response.write(`${name}data: ${typeof payload === "string" ? payload : JSON.stringify(payload)}\n\n`);
  }
  response.end();
}

const voteArguments = (label: string): object => ({ agent_id: label, reason: "it is complete" });

function chunk(delta: object, finish: string | null = null, more: object = {}): object {
  return { object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }], ...more };
}

function chatUsage(input: number, output: number): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

/** As OpenAI answers; a vote is a call in two pieces. */
const speakOpenAi: Speak = (response, { text, label }) => {
  const call = (fields: object): object => chunk({ tool_calls: [{ index: 0, ...fields }] });
  const written = label === undefined ? "" : JSON.stringify(voteArguments(label));
  const answer =
    label === undefined
      ? [chunk({ content: text }), chunk({}, "stop")]
      : [
          call({ id: "call_1", type: "function", function: { name: "vote", arguments: written.slice(0, 9) } }),
          call({ function: { arguments: written.slice(9) } }),
          chunk({}, "tool_calls"),
        ];
  events(response, ...answer, { choices: [], usage: chatUsage(10, 1) }, "[DONE]");
  return { input: 10, output: 1 };
};

/** As Groq answers: reasoning in a field of its own, usage in `x_groq`; a model that talks on its ballot is refused with what it said. */
const speakGroq: Speak = (response, { text, label }) => {
  if (label !== undefined) {
    const failed_generation = JSON.stringify({ name: "vote", arguments: voteArguments(label) });
    const message = "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.";
    const error = { message, type: "invalid_request_error", code: "tool_use_failed", failed_generation };
    response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error }));
    return { input: 0, output: 0 };
  }
  const last = chunk({}, "stop", { x_groq: { id: "req_1", usage: chatUsage(40, 4) } });
  events(response, chunk({ reasoning: "Let me think." }), chunk({ content: text }), last, "[DONE]");
  return { input: 40, output: 4 };
};

/** As Ollama answers: no key, no notice of `tool_choice`, but a schema is kept. */
const speakOllama: Speak = (response, { text, label, body }) => {
  const hasSchema = (body["response_format"] as { type?: unknown } | undefined)?.type === "json_schema";
  const call = label === undefined ? undefined : { tool: "vote", arguments: voteArguments(label) };
  const ballot = hasSchema ? JSON.stringify(call) : "I would rather talk about it.";
  const content = call === undefined ? text : ballot;
  events(response, chunk({ content }), chunk({}, "stop"), { choices: [], usage: chatUsage(50, 5) }, "[DONE]");
  return { input: 50, output: 5 };
};

const speakGemini: Speak = (response, { text, label }) => {
  const part = label === undefined ? { text } : { functionCall: { name: "vote", args: voteArguments(label) } };
  events(response, {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 2, totalTokenCount: 22 },
  });
  return { input: 20, output: 2 };
};

const speakClaude: Speak = (response, { text, label }) => {
  const [block, delta] =
    label === undefined
      ? [
          { type: "text", text: "" },
          { type: "text_delta", text },
        ]
      : [
          { type: "tool_use", id: "toolu_1", name: "vote", input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(voteArguments(label)) },
        ];
  const stop_reason = label === undefined ? "end_turn" : "tool_use";
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    content: [],
    usage: { input_tokens: 30, output_tokens: 1 },
  };
  events(
    response,
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 3 } },
    { type: "message_stop" },
  );
  return { input: 30, output: 3 };
};

/** A line of JSON per event, which nobody's parser here knows: the provider package brings its own. */
const speakAcme: Speak = (response, { text, label }) => {
  const said = label === undefined ? { say: text } : { call: "vote", with: voteArguments(label) };
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.end(`${JSON.stringify(said)}\n${JSON.stringify({ end: true, spent: [60, 6] })}\n`);
  return { input: 60, output: 6 };
};

const speakers: Readonly<Record<ServiceName, Speak>> = {
  openai: speakOpenAi,
  gemini: speakGemini,
  claude: speakClaude,
  groq: speakGroq,
  ollama: speakOllama,
  acme: speakAcme,
};
