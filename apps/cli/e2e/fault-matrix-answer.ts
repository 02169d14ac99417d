import { readFrames, type StreamFrames } from "@massgen/openai-shapes";
import type { Cell } from "./fault-matrix-cell.ts";

/** The parts of a completion, or of its last chunks, that the matrix looks at. */
interface Metadata {
  readonly outcome: string;
  readonly winner: string | null;
  readonly presenter: string | null;
  readonly final_answer: string | null;
  readonly degraded: boolean;
  readonly reasons: readonly string[];
  readonly calls: { readonly made: number; readonly aborted: number; readonly failed: number };
  readonly usage_complete: boolean;
}

export interface Tokens {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** What a client got, streamed or not. */
export interface ClientAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly model: string | undefined;
  readonly content: string;
  readonly reasoning: string;
  readonly finishReason: string | null;
  readonly errorType: string | undefined;
  readonly metadata: Metadata | undefined;
  readonly usage: Tokens | undefined;
  /** Everything that came, as it came. */
  readonly raw: string;
  /** What is wrong with the framing of a stream. */
  readonly framing: readonly string[];
}

interface Message {
  readonly content?: string | null;
  readonly reasoning_content?: string;
}

interface Payload {
  readonly model?: string;
  readonly choices?: readonly {
    readonly message?: Message;
    readonly delta?: Message;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Tokens | null;
  readonly massgen_metadata?: Metadata;
  readonly error?: { readonly type: string; readonly message: string };
}

/** Asks massgen, and folds what comes into one answer. */
export async function ask(url: string, { model, stream }: Pick<Cell, "model" | "stream">): Promise<ClientAnswer> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    // A connection that this side kept for later would look like one that massgen forgot.
    headers: { "Content-Type": "application/json", Connection: "close" },
    body: JSON.stringify({
      model: `massgen/model:${model}`,
      messages: [{ role: "user", content: "What do you know?" }],
      temperature: 0.5,
      stream,
      ...(stream && { stream_options: { include_usage: true } }),
    }),
  });
  const raw = await response.text();
  const events = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  const { payloads, framing } = events ? readEvents(raw) : { payloads: [JSON.parse(raw) as Payload], framing: [] };
  const choices = payloads.flatMap((payload) => payload.choices ?? []);
  const messages = choices.map((choice) => choice.message ?? choice.delta ?? {});
  return {
    status: response.status,
    headers: response.headers,
    model: payloads[0]?.model,
    content: messages.map(({ content }) => content ?? "").join(""),
    reasoning: messages.map((message) => message.reasoning_content ?? "").join(""),
    finishReason: choices.find((choice) => choice.finish_reason !== null)?.finish_reason ?? null,
    errorType: payloads.find((payload) => payload.error !== undefined)?.error?.type,
    metadata: payloads.find((payload) => payload.massgen_metadata !== undefined)?.massgen_metadata,
    usage: payloads.findLast((payload) => payload.usage)?.usage ?? undefined,
    raw,
    framing,
  };
}

function readEvents(raw: string): { readonly payloads: readonly Payload[]; readonly framing: readonly string[] } {
  const frames = framesIn(raw);
  if (typeof frames === "string") return { payloads: [], framing: [frames] };
  const chunks = frames.chunks as readonly Payload[];
  const errors = frames.error === undefined ? [] : [frames.error];
  const finishes = chunks.flatMap(({ choices = [] }) => choices).filter((choice) => choice.finish_reason !== null);
  const ends = errors.length + finishes.length;
  const framing = [
    ...(ends === 1 ? [] : [`${errors.length} errors and ${finishes.length} finishes in one stream`]),
    ...(errors.length > 0 && chunks.some((chunk) => chunk.usage || chunk.massgen_metadata)
      ? ["usage or metadata in a stream that failed"]
      : []),
  ];
  return { payloads: [...chunks, ...errors], framing };
}

function framesIn(raw: string): StreamFrames | string {
  try {
    return readFrames(raw);
  } catch (error) {
    return (error as Error).message;
  }
}
