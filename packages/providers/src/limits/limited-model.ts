import { MassgenError, type ChatModel, type ChatRequest, type ModelEvent, type Usage } from "@massgen/core/model";
import { seconds } from "./seconds.ts";
import { type LineUser, waitForTurn } from "./turn.ts";

/** How long a consumer may take nothing, in milliseconds, while others wait for the place of its call. */
const patienceMs = 10_000;

/**
 * A model whose calls wait for their turn in a line. The wait belongs to the call: it ends at once with the caller's signal or when the
 * caller leaves, and counts against the total limit; not against the first-token limit, for nothing was sent. A provider that says when
 * to come back holds up the calls of that model. A consumer that takes nothing while others wait for the place of its call loses the call: its own
 * client is slow, not theirs.
 */
export function limitedModel(model: ChatModel, user: LineUser): ChatModel {
  return {
    model: model.model,
    // Read each time: a provider may learn what its model takes.
    get capabilities() {
      return model.capabilities ?? {};
    },
    stream: (request) => ({
      [Symbol.asyncIterator]: () =>
        user.line.limited() ? inLine(model, request, user) : model.stream(request)[Symbol.asyncIterator](),
    }),
  };
}

function inLine(model: ChatModel, request: ChatRequest, user: LineUser): AsyncIterator<ModelEvent, void, undefined> {
  const left = new AbortController();
  let inner: AsyncIterator<ModelEvent, unknown> | undefined;

  async function* events(): AsyncGenerator<ModelEvent, void, undefined> {
    const { turn, waitedMs } = await waitForTurn(model.model, request, user, left.signal);
    let begun = false;
    let used: number | undefined;
    let over = false;
    let lost = false;
    let stopWatch: (() => void) | undefined;
    const watch = (): void => {
      stopWatch = user.clock.setTimer(patienceMs, () => {
        if (!user.line.crowded()) return watch();
        lost = true;
        turn.end(used);
        void inner?.return?.();
      });
    };
    try {
      inner = model.stream(afterWait(request, waitedMs))[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await inner.next();
        over = done === true;
        if (done === true) return;
        begun = true;
        if (value.type === "finish") used = totalTokens(value.usage);
        watch();
        yield value;
        stopWatch?.();
        if (lost && value.type !== "finish") throw tooSlow(user);
      }
    } catch (error) {
      over = true;
      if (!MassgenError.isInstance(error)) throw error;
      if (error.code === "rate-limited" && error.retryAfterMs !== undefined)
        user.line.pause(model.model, error.retryAfterMs);
      // A request that was refused by its status cost nothing.
      used = totalTokens(error.usage) ?? (error.status !== undefined && !begun ? 0 : undefined);
      throw withWait(error, waitedMs, user);
    } finally {
      stopWatch?.();
      turn.end(used);
      if (!over) await inner?.return?.();
    }
  }

  const generator = events();
  return {
    next: () => generator.next(),
    // Not behind a pending `next`: leaving early must reach the line, and the model, at once.
    async return() {
      left.abort();
      await inner?.return?.();
      return generator.return();
    },
  };
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

function tooSlow({ label, line }: LineUser): MassgenError {
  const others = `other calls waited for its place (${line.words()})`;
  return new MassgenError("timeout", `${label}: nobody took its answer for ${seconds(patienceMs)}, and ${others}`);
}

/** The provider counts from when it was called: what the limit was shortened by is said beside it. */
function withWait(error: MassgenError, waitedMs: number, { line }: LineUser): MassgenError {
  if (error.code !== "timeout" || waitedMs < 100) return error;
  return error.with({ message: `${error.message}, after ${seconds(waitedMs)} in line (${line.words()})` });
}
