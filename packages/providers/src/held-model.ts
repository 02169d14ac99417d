import {
  contractVersion,
  MassgenError,
  type CallLimits,
  type ChatModel,
  type ChatRequest,
  type ModelEvent,
  type ToolCallEvent,
} from "@massgen/core/model";
import {
  checkedEvent,
  createCallGuard,
  fieldOf,
  isError,
  kindOf,
  mostHeld,
  OddEvent,
  shownText,
} from "@massgen/provider-kit/parts";
import type { CallGuard } from "@massgen/provider-kit/wire";
import { fault, heldError, isTokens, type Holder } from "./held-error.ts";
import { ownRequest } from "./held-request.ts";
import { pace } from "./pace.ts";
import { contractProblem } from "./provider-problem.ts";
import { inPackage } from "./package-context.ts";

/**
 * What every event counts besides its characters, so that the number of events is bounded as well; and one that says
 * nothing.
 */
const eventWeight = 16;
const emptyWeight = 256;

const bound = `${mostHeld} characters (an event counts as ${eventWeight} more, an empty one as ${emptyWeight})`;

/** The most tool calls of one answer. */
const mostToolCalls = 1000;

/** How much later than a model's own limits ours run out: one that keeps them knows better what it waited for. */
const graceMs = 500;

/** The longest name of a model. */
const longestName = 200;

type Source = (request: ChatRequest) => unknown;

/**
 * A model that a provider package made, held to the contract: what it yields and throws is checked and made anew, its
 * limits are kept from outside as well, it cannot starve the process with events, and leaving it does not wait for it.
 * Whatever it does wrong is an error of that call which says whose fault it is.
 * @param made what `createModel` returned
 * @throws MassgenError `internal` when that is no model, `configuration` when it keeps another version of the contract
 */
export function heldModel(made: unknown, holder: Holder): ChatModel {
  const name = fieldOf(made, "model");
  const stream = fieldOf(made, "stream");
  if (typeof name !== "string" || name === "" || typeof stream !== "function") {
    throw fault(holder, "made no model: createModel has to return { contract, model, stream }");
  }
  // A model that does not say so keeps the version of its provider, which was checked before.
  const contract = contractProblem(fieldOf(made, "contract") ?? contractVersion);
  if (contract !== undefined) {
    throw new MassgenError("configuration", `${holder.label}: ${holder.author} made a model that ${contract}`);
  }
  const source: Source = (request) => (stream as Source).call(made, request);
  return {
    contract: contractVersion,
    // One line wherever it is shown.
    model: holder.redact(name.slice(0, longestName)).replace(/[\p{Cc}\u2028\u2029]/gu, " "),
    // Read each time: a provider may learn what its model takes.
    get capabilities() {
      const known = fieldOf(made, "capabilities");
      const images = fieldOf(known, "images");
      const contextTokens = fieldOf(known, "contextTokens");
      const thinkingTokens = fieldOf(known, "thinkingTokens");
      return {
        ...(typeof images === "boolean" && { images }),
        ...(isTokens(contextTokens) && { contextTokens }),
        ...((thinkingTokens === 0 || isTokens(thinkingTokens)) && { thinkingTokens }),
      };
    },
    stream: (request) => ({ [Symbol.asyncIterator]: () => heldEvents(source, request, holder) }),
  };
}

function heldEvents(source: Source, request: ChatRequest, holder: Holder): AsyncIterator<ModelEvent, void> {
  const guard = createCallGuard(holder.label, limitsFromOutside(request.limits), request.signal);
  const who = `${holder.label}: ${holder.author}`;
  // The package's own: listeners that throw, and whatever they leave behind, are its doing.
  const abort = new AbortController();
  guard.signal.addEventListener("abort", () => inPackage(who, () => abort.abort()));
  let events: object | undefined;
  let begun = false;
  let over = false;
  let left = false;
  let weight = 0;
  let calls = 0;

  /** The next event that says something. All that it throws is a MassgenError of ours. */
  async function pull(): Promise<ModelEvent> {
    for (;;) {
      const turn = pace();
      if (turn !== undefined) await turn;
      guard.check();
      const event = await one();
      const characters = charactersOf(event);
      const says = event.type === "finish" || characters > 0;
      weight += says ? eventWeight + characters : emptyWeight;
      calls += event.type === "tool-call" ? 1 : 0;
      if (calls > mostToolCalls) throw fault(holder, `called more than ${mostToolCalls} tools in one answer`);
      if (weight > mostHeld) throw fault(holder, `did not stop after ${bound}`);
      if (says) return event;
    }
  }

  async function one(): Promise<ModelEvent> {
    let result: unknown;
    try {
      result = await inPackage(who, () => {
        events ??= opened(source(ownRequest(request, abort.signal)));
        return (events as { readonly next: () => unknown }).next();
      });
    } catch (thrown) {
      throw isOdd(thrown) ? fault(holder, thrown.message) : heldError(thrown, holder);
    }
    if (typeof result !== "object" || result === null) {
      throw fault(holder, `gave ${kindOf(result)} from next() instead of { done, value }`);
    }
    if (fieldOf(result, "done") === true) throw fault(holder, "ended an answer without a finish event");
    try {
      return checkedEvent(fieldOf(result, "value"), (text) =>
        shownText(text.slice(0, 4096), holder.redact).slice(0, 60),
      );
    } catch (odd) {
      throw isOdd(odd) ? fault(holder, odd.message) : heldError(odd, holder);
    }
  }

  /** Closes the stream. It may throw, or never be done: nobody waits for it. */
  function leave(): void {
    over = true;
    guard.end();
    const iterator = events;
    events = undefined;
    if (iterator === undefined) return;
    try {
      const closing = inPackage(who, () => (iterator as Partial<AsyncIterator<unknown>>).return?.());
      Promise.resolve(closing).catch(() => {});
    } catch {
      // As if it had done nothing.
    }
  }

  return {
    async next() {
      if (over) return { done: true, value: undefined };
      const first = !begun;
      begun = true;
      try {
        if (first) guard.begin();
        guard.check();
        const event = await guard.wait(pull());
        guard.worked();
        if (event.type === "finish") {
          guard.complete();
          leave();
        }
        return { done: false, value: event };
      } catch (error) {
        const wasLeft = left;
        leave();
        if (wasLeft) return { done: true, value: undefined };
        throw worded(error as MassgenError, guard, request.limits ?? {}, holder);
      }
    },
    // Not behind a pending `next`: leaving early must reach the model at once.
    async return() {
      left = true;
      leave();
      return { done: true, value: undefined };
    },
  };
}

/** Asked of whatever was thrown: a proxy may throw once more. */
function isOdd(thrown: unknown): thrown is OddEvent {
  return isError(thrown) && thrown instanceof OddEvent;
}

function charactersOf(event: ModelEvent): number {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
      return event.text.length;
    case "tool-call":
      return event.id.length + event.name.length + event.arguments.length + opaqueCharacters(event);
    case "finish":
      return 0;
  }
}

function opaqueCharacters({ opaque }: ToolCallEvent): number {
  return opaque === undefined ? 0 : JSON.stringify(opaque).length;
}

/** The iterator of what `stream` returned. */
function opened(stream: unknown): object {
  // Of a function that was meant to be a generator. An error that nobody hears would end the process.
  if (stream instanceof Promise) {
    stream.catch(() => undefined);
    throw new OddEvent("returned a promise from stream(), which is no AsyncIterable");
  }
  const make = fieldOf(stream, Symbol.asyncIterator);
  if (typeof make !== "function") {
    throw new OddEvent(`returned ${kindOf(stream)} from stream(), which is no AsyncIterable`);
  }
  const iterator: unknown = (make as () => unknown).call(stream);
  if (typeof iterator !== "object" || iterator === null || typeof fieldOf(iterator, "next") !== "function") {
    throw new OddEvent("returned an AsyncIterable without an iterator");
  }
  return iterator;
}

/**
 * The limits as they can be kept without seeing the bytes: a pause between two events may be as long as the wait for
 * the first, for bytes that make no event may have come meanwhile.
 */
function limitsFromOutside({ firstTokenMs, idleMs, totalMs }: CallLimits = {}): CallLimits {
  return {
    ...(firstTokenMs !== undefined && { firstTokenMs: firstTokenMs + graceMs }),
    ...(idleMs !== undefined && { idleMs: Math.max(idleMs, firstTokenMs ?? 0) + graceMs }),
    ...(totalMs !== undefined && { totalMs: totalMs + graceMs }),
  };
}

/** A limit that ran out here ran out in the package before, which did not notice. */
function worded(
  error: MassgenError,
  guard: CallGuard,
  limits: CallLimits,
  { label, author: who }: Holder,
): MassgenError {
  if (error.code !== "timeout" || error !== guard.failure()) return error;
  const { firstTokenMs = 0, idleMs = 0, totalMs = 0 } = limits;
  const said = error.message.includes("(total limit)")
    ? `was not finished after ${totalMs / 1000} s (total limit)`
    : error.message.includes("(first-token limit)")
      ? `yielded nothing within ${firstTokenMs / 1000} s (first-token limit)`
      : `yielded nothing for ${Math.max(idleMs, firstTokenMs) / 1000} s (idle limit)`;
  return new MassgenError("timeout", `${label}: ${who} ${said} and did not end the call itself; tell its author`);
}
