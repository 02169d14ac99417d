import { isErrorCode } from "../error-code.ts";
import { MassgenError } from "../errors.ts";
import type { CallOrder } from "../coordination/effect.ts";
import type { AnswerReply, Fact } from "../coordination/event.ts";
import type { Failure } from "../coordination/receipt.ts";
import type { ChatModel } from "../model/chat-model.ts";
import type { ChatRequest } from "../model/chat-request.ts";
import type { FinishEvent, ModelEvent, Usage } from "../model/model-event.ts";
import type { ToolCall } from "../model/message.ts";
import type { AnswerFormat } from "../format/answer-format.ts";
import type { AnswerRules, FormatReader } from "../prompt/answer-rules.ts";
import { readAnswer } from "../prompt/read-answer.ts";
import { ballotNames } from "../prompt/ballot-names.ts";
import { readBallot } from "../prompt/read-ballot.ts";

/** A fact without its timestamp. */
export type UnstampedFact = Fact extends infer F ? (F extends Fact ? Omit<F, "atMs"> : never) : never;

/** What became of a call. */
export type CallOutcome = Extract<
  UnstampedFact,
  { type: "draft-finished" | "ballot-finished" | "presentation-finished" | "call-failed" }
>;

/** Receives the pieces of a call as they come. A returned promise holds the model back until it settles. */
export interface Sink {
  /** The call begins; `soFar` returns the text received up to now. */
  readonly begin?: (soFar: () => string) => void;
  readonly content: (text: string) => Promise<void> | void;
  readonly reasoning: (text: string) => Promise<void> | void;
  /** The text is over. */
  readonly end?: () => Promise<void>;
}

interface Reply {
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  finish: FinishEvent | undefined;
}

/**
 * Makes one call and reports its outcome as a fact. Never throws.
 *
 * @param abort of this call alone: ends it from outside, and from here
 * @param maxChars the most characters of the reply, with its reasoning and tool calls; a longer call is ended
 * @param format the format that the client wants
 * @param firstToken called when the first piece of the reply is there
 */
export async function makeCall(
  model: Pick<ChatModel, "stream">,
  request: Omit<ChatRequest, "signal">,
  abort: AbortController,
  order: CallOrder,
  rules: AnswerRules,
  maxChars: number,
  sink?: Sink,
  format?: AnswerFormat,
  firstToken?: () => void,
): Promise<CallOutcome> {
  const reply: Reply = { text: "", reasoning: "", toolCalls: [], finish: undefined };
  const { signal } = abort;
  /** Why this side ended the call. */
  let ended: { readonly error: unknown } | undefined;
  let begun = false;
  let chars = 0;

  /** A returned promise holds the model back until it settles. */
  function take(event: ModelEvent): Promise<void> | void {
    const before = chars;
    chars += charsOf(event);
    if (before === 0 && chars > 0) firstToken?.();
    if (chars > maxChars) throw tooLong(maxChars);
    switch (event.type) {
      case "text-delta":
        reply.text += event.text;
        return event.text === "" ? undefined : sink?.content(event.text);
      case "reasoning-delta":
        reply.reasoning += event.text;
        return event.text === "" ? undefined : sink?.reasoning(event.text);
      case "tool-call": {
        const { type: _, ...call } = event;
        reply.toolCalls.push(call);
        return;
      }
      case "finish":
        reply.finish = event;
    }
  }

  sink?.begin?.(() => reply.text);
  try {
    for await (const event of eventsOf(model.stream({ ...request, signal }))) {
      // Leaving the loop closes the stream, even of a model that ignores the signal.
      if (ended) break;
      if (signal.aborted) throw new MassgenError("aborted", "the call was aborted");
      begun = true;
      try {
        const taken = take(event);
        // Most sinks return nothing, and an await costs as much as reading an event.
        if (taken) await taken;
      } catch (error) {
        // The model answers the abort with an error that reports its usage.
        ended = { error };
        abort.abort();
      }
    }
    if (ended) throw ended.error;
    if (!reply.finish) throw new MassgenError("truncated", "the model's answer ended without a finish");
    const { finish } = reply;
    await sink?.end?.();
    return await readWith(format, signal, (reader) =>
      outcomeOf(reply, finish, chars, order, reader ? { ...rules, format: reader } : rules),
    );
  } catch (error) {
    const { failure, usage } = whatFailed(error, begun);
    const why = ended ? whatFailed(ended.error, begun).failure : failure;
    const size = { replyChars: chars, ...(usage && { usage }) };
    return { type: "call-failed", callId: order.callId, begun, failure: why, ...size };
  }
}

/**
 * A model's stream, unless it is a promise: that of a function that was meant to be a generator. What it is rejected
 * with is heard here, since nobody else waits for it, and an error that nobody hears ends the process.
 */
function eventsOf(stream: AsyncIterable<ModelEvent>): AsyncIterable<ModelEvent> {
  if (!(stream instanceof Promise)) return stream;
  stream.catch(() => undefined);
  const advice = "make it an async generator (async *stream), or return an async iterable at once";
  throw new MassgenError("internal", `the provider's stream() gave a promise instead of events: ${advice}`);
}

function charsOf(event: ModelEvent): number {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return event.text.length;
    case "tool-call":
      return event.name.length + event.arguments.length;
    case "finish":
      return 0;
  }
}

function tooLong(maxChars: number): MassgenError {
  const message = `the answer was stopped after ${maxChars} characters, the most that max_answer_chars allows`;
  return new MassgenError("invalid-response", message);
}

/** Reads a reply whose text a worker may have to check: the first pass finds that text, the second uses the result. */
async function readWith<T>(
  format: AnswerFormat | undefined,
  signal: AbortSignal | undefined,
  read: (reader: FormatReader | undefined) => T,
): Promise<T> {
  if (!format) return read(undefined);
  let wanted: string | undefined;
  const first = read((text) => {
    wanted = text;
    return { text };
  });
  if (wanted === undefined) return first;
  const formatted = await format.read(wanted, signal);
  return read(() => formatted);
}

function outcomeOf(
  reply: Reply,
  finish: FinishEvent,
  replyChars: number,
  order: CallOrder,
  rules: AnswerRules,
): CallOutcome {
  const facts = {
    callId: order.callId,
    replyChars,
    ...(finish.usage && { usage: finish.usage }),
    ...(reply.reasoning !== "" && { reasoning: reply.reasoning }),
    ...(finish.droppedParameters && { droppedParameters: finish.droppedParameters }),
  };
  const { purpose, callId } = order;
  const answer = (): AnswerReply => readAnswer({ ...reply, finishReason: finish.reason }, rules, callId);
  switch (purpose.phase) {
    case "ballot": {
      const candidates = purpose.candidates.map((candidate) => candidate.id);
      return {
        type: "ballot-finished",
        reply: readBallot(
          { ...reply, cut: finish.reason === "length" },
          candidates,
          purpose.revisable,
          rules.format,
          ballotNames(rules.tools),
        ),
        finishReason: finish.reason,
        ...facts,
      };
    }
    case "draft":
      return { type: "draft-finished", reply: answer(), ...facts };
    case "presentation":
      return { type: "presentation-finished", reply: answer(), ...facts };
  }
}

const unexpected = "the provider failed unexpectedly";

/** Turns an error into a failure. A model may throw anything, even a value that cannot be inspected. */
export function whatFailed(error: unknown, begun: boolean): { readonly failure: Failure; readonly usage?: Usage } {
  try {
    if (!MassgenError.isInstance(error)) return { failure: failureOfUnknown(error) };
    const { usage } = error;
    return { failure: failureOf(error, begun), ...(usage && { usage }) };
  } catch {
    return { failure: { code: "internal", message: unexpected } };
  }
}

/** An error of unknown origin is not redacted, so only its kind is reported. */
function failureOfUnknown(error: unknown): Failure {
  const kind = error instanceof Error ? error.name : typeof error;
  return { code: "internal", message: `${unexpected} (${kind})` };
}

function failureOf(error: MassgenError, begun: boolean): Failure {
  const { code, message, retryAfterMs, param, status, contextTokens, promptTokens } = error;
  const shown = typeof message === "string" ? message : unexpected;
  // It may come from another version of this package.
  if (!isErrorCode(code)) return { code: "internal", message: shown };
  return {
    // A model that began to answer was not too busy to take the call.
    code: begun && code === "overloaded" ? "upstream-failed" : code,
    message: shown,
    ...(isFigure(retryAfterMs) && { retryAfterMs }),
    ...(typeof param === "string" && { param }),
    ...(isFigure(status) && { status }),
    ...(isTokens(contextTokens) && { contextTokens }),
    ...(isTokens(promptTokens) && { promptTokens }),
  };
}

function isFigure(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isTokens(value: unknown): value is number {
  return Number.isSafeInteger(value) && isFigure(value) && value > 0;
}
