import { MassgenError, type ChatRequest, type ModelEvent } from "@massgen/core/model";
import { OversizedAnswer } from "./oversized-answer.ts";
import { createCallGuard, type CallGuard } from "./call-guard.ts";

/**
 * Turns a provider's way of making one call into the iterable of the contract. Here, once for all providers, live: nothing
 * before the first `next()`, an end by exactly one `finish` or one MassgenError, closing on abort and on early exit (also
 * while a `next()` is pending, which a bare async generator would make wait), and the usage that errors carry.
 *
 * @param label who is called, as messages begin: `openai gpt-4o`
 * @param run makes the call; awaits upstream only through the guard; yields what one network read adds, which may be computed (and
 *   throw) as it is taken; the last event is `finish`
 */
export function modelCall(
  label: string,
  request: ChatRequest,
  run: (guard: CallGuard) => AsyncGenerator<Iterable<ModelEvent>, void, undefined>,
): AsyncIterable<ModelEvent> {
  return {
    [Symbol.asyncIterator](): AsyncIterator<ModelEvent, void, undefined> {
      const guard = createCallGuard(label, request.limits, request.signal);
      const events = drive(label, guard, run);
      return {
        next: () => events.next(),
        return: () => {
          guard.end();
          return events.return(undefined);
        },
      };
    },
  };
}

async function* drive(
  label: string,
  guard: CallGuard,
  run: (guard: CallGuard) => AsyncGenerator<Iterable<ModelEvent>, void, undefined>,
): AsyncGenerator<ModelEvent, void, undefined> {
  try {
    guard.begin();
    for await (const events of run(guard)) {
      for (const event of events) {
        if (event.type === "finish") {
          guard.complete();
          yield event;
          return;
        }
        yield event;
        guard.check();
      }
    }
    throw new MassgenError("internal", `${label}: the provider ended without a finish event`);
  } catch (error) {
    throw withUsage(asMassgenError(error, label, guard), guard);
  } finally {
    guard.end();
  }
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
  if (usage === undefined || error.usage !== undefined) return error;
  return new MassgenError(error.code, error.message, {
    usage,
    cause: error.cause,
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
    ...(error.param !== undefined && { param: error.param }),
    ...(error.status !== undefined && { status: error.status }),
  });
}
