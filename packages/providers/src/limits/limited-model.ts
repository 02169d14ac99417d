import {
  contractVersion,
  MassgenError,
  type ChatModel,
  type ChatRequest,
  type LimitedModel,
  type ModelEvent,
  type TurnHooks,
  type Usage,
} from "@massgen/core/model";
import { seconds } from "./seconds.ts";
import { type Caller, waitForTurn } from "./turn.ts";

/** How long a consumer may take nothing, in milliseconds, while other calls wait for the end of its call. */
const patienceMs = 10_000;

/**
 * Wraps a model so that its calls wait for their turn under the limits of its account.
 *
 * - The wait is part of the call: it ends at once when the caller aborts or leaves. It counts against the total limit,
 *   not against the first-token limit, because nothing was sent.
 * - When a provider says when to come back, the calls of that model wait until then.
 * - A consumer that takes nothing while others wait for the end of its call loses the call: its own client is slow, and
 *   theirs should not have to wait for it.
 */
export function limitedModel(model: ChatModel, caller: Caller): LimitedModel {
  const streamInTurn: LimitedModel["streamInTurn"] = (request, hooks) => ({
    [Symbol.asyncIterator]: () =>
      caller.account.limited() ? inTurn(model, request, hooks, caller) : model.stream(request)[Symbol.asyncIterator](),
  });
  return {
    contract: contractVersion,
    model: model.model,
    // Read each time: a provider may learn what its model takes.
    get capabilities() {
      return model.capabilities ?? {};
    },
    stream: (request) => streamInTurn(request, {}),
    streamInTurn,
  };
}

/** A call whose consumer may leave it at any time. */
interface LeavableCall {
  readonly left: AbortController;
  inner?: AsyncIterator<ModelEvent, unknown>;
}

function inTurn(
  model: ChatModel,
  request: ChatRequest,
  hooks: TurnHooks,
  caller: Caller,
): AsyncIterator<ModelEvent, void, undefined> {
  const call: LeavableCall = { left: new AbortController() };
  const generator = eventsInTurn(model, request, hooks, caller, call);
  return {
    next: () => generator.next(),
    // Not behind a pending `next`: leaving early must reach the limiter, and the model, at once.
    async return() {
      call.left.abort();
      await call.inner?.return?.();
      return generator.return();
    },
  };
}

async function* eventsInTurn(
  model: ChatModel,
  request: ChatRequest,
  hooks: TurnHooks,
  caller: Caller,
  call: LeavableCall,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { turn, waitedMs } = await waitForTurn(request, hooks, caller, call.left.signal);
  let begun = false;
  let used: number | undefined;
  let over = false;
  let lost = false;
  let stopWatch: (() => void) | undefined;
  const watch = (): void => {
    stopWatch = caller.clock.setTimer(patienceMs, () => {
      if (!turn.isWanted()) return watch();
      lost = true;
      turn.end(used);
      void call.inner?.return?.();
    });
  };
  try {
    const stream = model.stream(afterWait(request, waitedMs));
    const inner: AsyncIterator<ModelEvent, unknown> = stream[Symbol.asyncIterator]();
    call.inner = inner;
    for (;;) {
      const { done, value } = await inner.next();
      over = done === true;
      if (done === true) return;
      begun = true;
      if (value.type === "finish") used = totalTokens(value.usage);
      watch();
      yield value;
      stopWatch?.();
      if (lost && value.type !== "finish") throw tooSlow(caller);
    }
  } catch (error) {
    over = true;
    if (!MassgenError.isInstance(error)) throw error;
    if (error.code === "rate-limited" && error.retryAfterMs !== undefined)
      caller.account.pause(model.model, error.retryAfterMs);
    // A request that was refused by its status cost nothing.
    used = totalTokens(error.usage) ?? (error.status !== undefined && !begun ? 0 : undefined);
    throw withWait(error, waitedMs, caller);
  } finally {
    stopWatch?.();
    turn.end(used);
    if (!over) await call.inner?.return?.();
  }
}

function afterWait(request: ChatRequest, waitedMs: number): ChatRequest {
  const totalMs = request.limits?.totalMs;
  if (totalMs === undefined) return request;
  return { ...request, limits: { ...request.limits, totalMs: Math.max(1, totalMs - waitedMs) } };
}

function totalTokens(usage: Usage | undefined): number | undefined {
  if (usage?.totalTokens !== undefined) return usage.totalTokens;
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return undefined;
  return usage.inputTokens + usage.outputTokens;
}

function tooSlow({ label, account }: Caller): MassgenError {
  const others = `other calls waited for it to end (${account.words()})`;
  return new MassgenError("timeout", `${label}: its answer was not read for ${seconds(patienceMs)} while ${others}`);
}

/** A provider names the limit that it was given, which the wait had shortened: the message says by how much. */
function withWait(error: MassgenError, waitedMs: number, { account }: Caller): MassgenError {
  if (error.code !== "timeout" || waitedMs < 100) return error;
  return error.with({
    message: `${error.message}, after a wait of ${seconds(waitedMs)} for its turn (${account.words()})`,
  });
}
