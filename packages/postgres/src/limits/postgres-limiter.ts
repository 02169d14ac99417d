import type { Clock, Limiter } from "@massgen/core";
import type { Presence } from "../database/presence.ts";
import { type AccountQueue, type Answer, createAccountQueue, type QueueParts } from "./account-queue.ts";
import type { SharedTurn, SharedTurns } from "./shared-turns.ts";

export interface LimiterParts {
  readonly turns: SharedTurns;
  readonly presence: Presence;
  readonly clock: Clock;
  /** Hears that the database does not answer, once each time. */
  readonly failed: (message: string, error: unknown) => void;
}

/** How long the database may take to answer before this process goes on alone, in milliseconds. */
const answerMs = 250;

/** How often it is asked again while it does not answer, and how often the processes are counted. */
const againMs = 1000;
const countMs = 5000;

/** Keeps the limits of accounts for all processes of a database. While that is silent, each keeps to its share. */
export function postgresLimiter({
  turns,
  presence,
  clock,
  failed,
}: LimiterParts): Limiter & { readonly close: () => void } {
  const queues = new Map<string, AccountQueue>();
  let processes = 1;
  /** Since the database did not answer: when it is asked again. */
  let silentUntilMs: number | undefined;
  let closed = false;

  function silent(error: unknown): void {
    if (closed) return;
    const isNews = silentUntilMs === undefined;
    silentUntilMs = clock.now() + againMs;
    if (!isNews) return;
    const part = processes === 1 ? "all of them" : `a share of 1 in ${processes}`;
    failed(`the shared limits do not answer; until they do this process keeps to ${part}`, error);
  }

  /** Asks the database, or this process's share where that does not answer in time. */
  function asker(account: string): QueueParts["ask"] {
    return async (call, limits, share) => {
      const alone = (late?: Promise<SharedTurn | undefined>): Answer => {
        if (share.fits(call.tokens, limits, processes, clock.now())) return { go: true, ...(late && { shared: late }) };
        void late?.then((turn) => turn && turns.cancel(turn).catch(silent));
        return { go: false, waitsFor: "tokens", ms: againMs };
      };
      if (silentUntilMs !== undefined && clock.now() < silentUntilMs) return alone();
      const asked = turns.take(account, call.model, call.tokens, limits);
      try {
        const answer = await inTime(asked, clock);
        silentUntilMs = undefined;
        if ("waitsFor" in answer) return { go: false, ...answer };
        return { go: true, shared: Promise.resolve(answer) };
      } catch (error) {
        silent(error);
        // An answer that comes later belongs to this call, if it went, or to nobody.
        const late = asked.then(
          (answer) => ("waitsFor" in answer ? undefined : answer),
          () => undefined,
        );
        return alone(late);
      }
    };
  }

  function queueOf(account: string): AccountQueue {
    const known = queues.get(account);
    if (known !== undefined) return known;
    const queue = createAccountQueue({
      clock,
      ask: asker(account),
      settle: (turn, { sent, used }) => (sent ? turns.end(turn, used) : turns.cancel(turn)).catch(silent),
    });
    queues.set(account, queue);
    return queue;
  }

  presence.listen("massgen_limit", (payload) => {
    if (payload === undefined) {
      for (const queue of queues.values()) queue.advance();
      return;
    }
    const queue = queues.get(payload.slice(payload.indexOf(" ") + 1));
    if (payload.startsWith("wanted ")) queue?.wanted();
    else queue?.advance();
  });

  let stopCounting = (): void => {};
  function count(): void {
    turns.processes().then(
      (found) => {
        processes = found;
      },
      // Those last seen are those that share.
      () => {},
    );
    stopCounting = clock.setTimer(countMs, count);
  }
  count();

  return {
    limit: (account, limits) => queueOf(account).limit(limits),
    acquire: (account, call) => queueOf(account).enter(call),
    pause(account, model, ms) {
      queueOf(account).pause(model, ms);
      turns.pause(account, model, Math.min(ms, 60_000)).catch(silent);
    },
    close() {
      closed = true;
      stopCounting();
      for (const queue of queues.values()) queue.close();
    },
  };
}

/** What was asked for, or a rejection when it takes too long. */
function inTime<T>(asked: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancelTimer = clock.setTimer(answerMs, () => reject(new Error(`no answer within ${answerMs} ms`)));
    asked.then(resolve, reject).finally(cancelTimer);
  });
}
