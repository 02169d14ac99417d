import type { Answer, Ending, ReplyFinish, ReplyToolCall, ReplyUsage } from "./answer.ts";
import { behaviour, body, jsonType, streaming, type Behaviour } from "./behaviour.ts";

/** What a reply reports unless it says otherwise: 15 tokens in all. */
export const defaultUsage: ReplyUsage = { inputTokens: 10, outputTokens: 5 };

/** A refusal with a status; without a body, the wire's usual error object is made. */
interface HttpErrorReply {
  readonly type: "http-error";
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Waits of a paced reply, in milliseconds. */
export interface Pace {
  /** From the request to the first event. */
  readonly firstMs: number;
  /** From each event to the next. */
  readonly everyMs: number;
}

/** What is sent, apart from when. */
export type Content = Answer | HttpErrorReply | Behaviour;

/** What the upstream does with one call. */
export type Reply =
  | Content
  | { readonly type: "gated"; readonly reply: Reply; readonly gate: Promise<void> }
  | { readonly type: "paced"; readonly reply: Reply; readonly pace: Pace };

export interface TextOptions {
  /**
   * Into how many events a text, or the arguments of a call, are split; default 3, never more than it has characters.
   */
  readonly chunks?: number;
  readonly reasoning?: string;
  readonly finish?: ReplyFinish;
  /** Default {@link defaultUsage}; null reports none. */
  readonly usage?: ReplyUsage | null;
}

function answer(fields: Partial<Answer>): Answer {
  return {
    type: "answer",
    reasoning: "",
    text: "",
    chunks: 3,
    toolCalls: [],
    finish: "stop",
    usage: defaultUsage,
    ending: { type: "complete" },
    ...fields,
  };
}

/** The beginning of an answer, as one event. */
function beginning(textSoFar: string, ending: Ending): Answer {
  return answer({ text: textSoFar, chunks: 1, ending });
}

/** A complete answer of text. */
export function text(content: string, options: TextOptions = {}): Answer {
  return answer({ text: content, ...options });
}

/** A complete answer of tool calls. */
export function toolCalls(calls: readonly ReplyToolCall[], options: TextOptions = {}): Answer {
  return answer({ toolCalls: calls, finish: "tool-calls", ...options });
}

/** A ballot for a label such as `agent1`. */
export function vote(label: string, reason: string, options?: TextOptions): Answer {
  return toolCalls([{ name: "vote", arguments: { agent_id: label, reason } }], options);
}

/** A ballot that hands in a revised answer instead of a vote. */
export function newAnswer(content: string): Answer {
  return toolCalls([{ name: "new_answer", arguments: { content } }]);
}

export function httpError(
  status: number,
  content?: Readonly<Record<string, unknown>> | string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { type: "http-error", status, body: content, headers };
}

/** Takes the request and says nothing, not even headers, until the client leaves. */
export function hang(): Reply {
  return behaviour({ type: "hang" });
}

/** Sends the text, then nothing more until the client leaves. */
export function hangMidStream(textSoFar: string): Reply {
  return beginning(textSoFar, { type: "hang" });
}

/** Sends the text and ends the response in good order, but without the wire's terminal marker. */
export function cut(textSoFar: string): Reply {
  return beginning(textSoFar, { type: "cut" });
}

/** Destroys the socket: before the headers without a text, after the text with one. */
export function reset(textSoFar?: string): Reply {
  return textSoFar === undefined ? behaviour({ type: "reset" }) : beginning(textSoFar, { type: "reset" });
}

/** A 200 event stream without a single byte. */
export function empty200(): Reply {
  return streaming([]);
}

/** A 200 that is a web page, as a proxy or a captive portal sends it. */
export function html200(): Reply {
  const page = "<!doctype html><html><body><h1>Sign in to continue</h1></body></html>";
  return body(200, "text/html; charset=utf-8", page);
}

/** A 200 with any JSON body. */
export function json200(content: unknown): Reply {
  return body(200, jsonType, JSON.stringify(content));
}

/** Sends the text, then an error object inside the 200 stream, then the end. */
export function inBandError(textSoFar: string, error: Readonly<Record<string, unknown>>): Reply {
  return beginning(textSoFar, { type: "error", error });
}

/** A 200 event stream of exactly these bytes, each element one write. */
export function raw(chunks: readonly (string | Buffer)[]): Reply {
  return streaming(
    chunks.flatMap((bytes) => [
      { type: "send", bytes },
      { type: "wait", ms: 0 },
    ]),
  );
}

/** Answers only when the gate opens: what tests use instead of sleeping. */
export function gated(reply: Reply, gate: Promise<void>): Reply {
  return { type: "gated", reply, gate };
}

/** Answers at a model's speed: for demos and benches. */
export function paced(reply: Reply, pace: Pace): Reply {
  return { type: "paced", reply, pace };
}
