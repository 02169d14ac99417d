import type { AccountLimits, CallToSend, Clock, Turn } from "@massgen/core";
import { limitWords } from "./limit-words.ts";
import { createShare, type Share } from "./share.ts";
import type { SharedTurn, Wait } from "./shared-turns.ts";

/** The calls of one account in this process, in their order; calls of a paused model let others pass. */
export interface AccountQueue {
  readonly limit: (limits: AccountLimits) => void;
  readonly enter: (call: CallToSend) => Promise<Turn>;
  readonly pause: (model: string, ms: number) => void;
  /** A call may go now that could not before. */
  readonly advance: () => void;
  /** A call of another process waits for a place that is taken here. */
  readonly wanted: () => void;
  readonly close: () => void;
}

/** Whether a call may go. One that goes by our share, while the database is silent, may have a turn of that later. */
export type Answer =
  | { readonly go: true; readonly shared?: Promise<SharedTurn | undefined> }
  | ({ readonly go: false } & Wait);

export interface QueueParts {
  readonly clock: Clock;
  readonly ask: (call: CallToSend, limits: AccountLimits, share: Share) => Promise<Answer>;
  /** Ends what the database gave. Never rejects. */
  readonly settle: (turn: SharedTurn, end: TurnEnd) => Promise<void>;
}

/** How a call ended, and what it used where that is known. */
interface TurnEnd {
  readonly sent: boolean;
  readonly used?: number;
}

interface Waiting {
  readonly call: CallToSend;
  readonly start: (turn: Turn) => void;
  /** Until when the caller knows that it waits; undefined before it was told. */
  knownUntilMs?: number;
}

/** A longer pause is not waited for: the error of the call that met it says how long it is. */
const longestPauseMs = 60_000;

/** How often a place is asked for that others hold, in milliseconds: a process that dies tells nobody. */
const placeMs = 500;

/** How long others are believed to want a place. */
const wantedMs = 4 * placeMs;

export function createAccountQueue({ clock, ask, settle }: QueueParts): AccountQueue {
  const queue = new Set<Waiting>();
  const share = createShare();
  const pauses = new Map<string, number>();
  let limits: AccountLimits = {};
  /** What the call at the head waits for, and so do those behind it. */
  let blocked: { readonly wait: Wait; readonly untilMs: number } | undefined;
  let wantedUntilMs = -Infinity;
  let closed = false;
  let asking = false;
  let askAgain = false;
  let stopTimer = (): void => {};

  async function advance(): Promise<void> {
    askAgain = true;
    if (asking) return;
    asking = true;
    try {
      while (askAgain) {
        askAgain = false;
        await letGo();
      }
    } finally {
      asking = false;
    }
  }

  function goOn(): void {
    if (queue.size > 0) void advance();
  }

  /** Starts the calls that may start, and sets the timer for the next that time alone will let start. */
  async function letGo(): Promise<void> {
    if (closed) return;
    stopTimer();
    blocked = undefined;
    let nextMs = Infinity;
    for (const waiting of queue) {
      const { call } = waiting;
      const pausedMs = (pauses.get(call.model) ?? -Infinity) - clock.now();
      const answer: Answer =
        pausedMs > 0 ? { go: false, waitsFor: "pause", ms: pausedMs } : await ask(call, limits, share);
      if (answer.go) {
        const turn = turnFor(call, answer.shared);
        if (queue.delete(waiting)) waiting.start(turn);
        else turn.cancel();
        continue;
      }
      const ms = answer.waitsFor === "slot" ? placeMs : answer.ms;
      nextMs = Math.min(nextMs, ms);
      if (answer.waitsFor === "pause") {
        pauses.set(call.model, clock.now() + answer.ms);
        continue;
      }
      blocked = { wait: answer, untilMs: clock.now() + ms };
      break;
    }
    if (closed) return;
    if (nextMs < Infinity) stopTimer = clock.setTimer(nextMs, () => void advance());
    reportWaits();
  }

  /**
   * Tells the callers that do not know it yet how long they wait at least. Only what is certain: calls per minute and
   * pauses. Tokens are not, because a call that ends may give back some of what it was expected to use.
   */
  function reportWaits(): void {
    const nowMs = clock.now();
    const freeAtMs = blocked?.wait.waitsFor === "calls" ? blocked.untilMs : nowMs;
    // A copy: a caller that is told may give up, and others may come.
    const queued = [...queue];
    for (const waiting of queued) {
      const pausedUntilMs = pauses.get(waiting.call.model) ?? nowMs;
      if (blocked === undefined && pausedUntilMs <= nowMs) continue;
      const dueAtMs = Math.max(freeAtMs, pausedUntilMs);
      const isNews = waiting.knownUntilMs === undefined || dueAtMs > Math.max(waiting.knownUntilMs, nowMs);
      if (!isNews || !queue.has(waiting)) continue;
      waiting.knownUntilMs = dueAtMs;
      const reason = pausedUntilMs > freeAtMs ? "its provider asked for a pause" : limitWords(limits);
      waiting.call.onQueued({ leastMs: dueAtMs - nowMs, reason });
    }
  }

  function turnFor({ tokens }: CallToSend, shared: Promise<SharedTurn | undefined> | undefined): Turn {
    const sent = share.add(tokens, clock.now());
    let over = false;
    const endWith = (end: TurnEnd): void => {
      if (over) return;
      over = true;
      if (end.sent) sent.ended();
      else sent.unsent();
      // The place is free once the database says so.
      if (shared !== undefined) void shared.then((turn) => turn && settle(turn, end)).then(goOn);
      else goOn();
    };
    return {
      isWanted: () => (queue.size > 0 && blocked?.wait.waitsFor === "slot") || clock.now() < wantedUntilMs,
      end: (used) => endWith({ sent: true, ...(used !== undefined && { used }) }),
      cancel: () => endWith({ sent: false }),
    };
  }

  return {
    limit(changed) {
      limits = changed;
      void advance();
    },
    enter: (call) =>
      new Promise((resolve, reject) => {
        const { signal } = call;
        const giveUp = (): void => {
          queue.delete(waiting);
          reject(signal.reason as Error);
          goOn();
        };
        const waiting: Waiting = {
          call,
          start(turn) {
            signal.removeEventListener("abort", giveUp);
            resolve(turn);
          },
        };
        if (signal.aborted) return giveUp();
        signal.addEventListener("abort", giveUp, { once: true });
        queue.add(waiting);
        // Behind one that waits there is nothing to ask.
        if (blocked !== undefined && !asking) reportWaits();
        else void advance();
      }),
    pause(model, ms) {
      const nowMs = clock.now();
      for (const [other, untilMs] of pauses) if (untilMs <= nowMs) pauses.delete(other);
      pauses.set(model, Math.max(pauses.get(model) ?? nowMs, nowMs + Math.min(ms, longestPauseMs)));
      goOn();
    },
    advance: goOn,
    wanted() {
      wantedUntilMs = clock.now() + wantedMs;
    },
    close() {
      closed = true;
      stopTimer();
    },
  };
}
