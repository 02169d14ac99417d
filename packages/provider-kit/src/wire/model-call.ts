import { MassgenError, type ChatRequest, type ModelEvent } from "@massgen/core/model";
import { OversizedAnswer } from "./oversized-answer.ts";
import { createCallGuard, type CallGuard } from "./call-guard.ts";
import { nextAtHand, type EventIterator } from "./event-iterator.ts";

/**
 * Turns a provider's way of making one call into the iterable of the contract. Here, once for all providers, live:
 * nothing before the first `next()`, an end by exactly one `finish` or one MassgenError, closing on abort and on early
 * exit (also while a `next()` is pending, which a bare async generator would make wait), and the usage that errors
 * carry.
 *
 * @param label who is called, as messages begin: `openai gpt-4o`
 * @param run makes the call; awaits upstream only through the guard; yields what one network read adds, which may be
 *   computed (and throw) as it is taken; the last event is `finish`
 * @param onFailure is told of the error that the call ends with
 */
export function modelCall(
  label: string,
  request: ChatRequest,
  run: (guard: CallGuard) => AsyncGenerator<Iterable<ModelEvent>, void, undefined>,
  onFailure?: (error: MassgenError) => void,
): AsyncIterable<ModelEvent> {
  return {
    [Symbol.asyncIterator]() {
      const guard = createCallGuard(label, request.limits, request.signal, request.gatherMs);
      return driven(label, guard, run, onFailure);
    },
  };
}

const end = { done: true, value: undefined } as const;

/**
 * By hand, not as an async generator: that makes several promises for each event, and most events are there already.
 */
function driven(
  label: string,
  guard: CallGuard,
  run: (guard: CallGuard) => AsyncGenerator<Iterable<ModelEvent>, void, undefined>,
  onFailure?: (error: MassgenError) => void,
): EventIterator {
  let batches: AsyncGenerator<Iterable<ModelEvent>, void, undefined> | undefined;
  let batch: Iterator<ModelEvent> | undefined;
  let over = false;
  /** How many promises of `next` have not settled, and the last of all of them that had to wait. */
  let unsettled = 0;
  let last: Promise<unknown> | undefined;

  function stop(): void {
    over = true;
    batch = undefined;
    guard.end();
    void batches?.return(undefined).catch(() => undefined);
  }

  /** The next event of those that are there. */
  function held(): IteratorResult<ModelEvent, void> | undefined {
    if (over) return end;
    if (batch === undefined) return undefined;
    guard.check();
    const { done, value } = batch.next();
    if (done === true) {
      batch = undefined;
      return undefined;
    }
    if (value.type === "finish") {
      guard.complete();
      stop();
    } else guard.worked();
    return { done: false, value };
  }

  async function advance(): Promise<IteratorResult<ModelEvent, void>> {
    const before = unsettled > 0 ? last : undefined;
    unsettled += 1;
    try {
      if (before !== undefined) await before.catch(() => undefined);
      if (batches === undefined && !over) {
        guard.begin();
        batches = run(guard);
      }
      for (;;) {
        const event = held();
        if (event !== undefined) return event;
        const next = await batches?.next();
        if (next === undefined || next.done === true) {
          throw new MassgenError("internal", `${label}: the provider ended without a finish event`);
        }
        batch = next.value[Symbol.iterator]();
      }
    } catch (error) {
      throw failed(error);
    } finally {
      unsettled -= 1;
    }
  }

  function failed(error: unknown): MassgenError {
    const failure = withUsage(asMassgenError(error, label, guard), guard);
    stop();
    onFailure?.(failure);
    return failure;
  }

  function atHand(): IteratorResult<ModelEvent, void> | undefined {
    if (unsettled > 0) return undefined;
    try {
      return held();
    } catch (error) {
      throw failed(error);
    }
  }

  return {
    [nextAtHand]: atHand,
    next() {
      try {
        const event = atHand();
        if (event !== undefined) return Promise.resolve(event);
      } catch (error) {
        return Promise.reject(error);
      }
      const step = advance();
      last = step;
      return step;
    },
    async return() {
      stop();
      if (unsettled > 0) await last?.catch(() => undefined);
      return end;
    },
  };
}

function asMassgenError(error: unknown, label: string, guard: CallGuard): MassgenError {
  if (MassgenError.isInstance(error)) return error;
  if (error instanceof OversizedAnswer) {
    return new MassgenError("invalid-response", `${label}: the answer holds more than ${error.message}`);
  }
  return guard.failure() ?? new MassgenError("internal", `${label}: a defect in the provider`, { cause: error });
}

function withUsage(error: MassgenError, guard: CallGuard): MassgenError {
  const usage = guard.usage();
  return usage === undefined || error.usage !== undefined ? error : error.with({ usage });
}
