import type { Limiter, Turn } from "@massgen/core";
import type { FromChild, Talk, ToChild } from "./channel.ts";

/** What a process asks of the limiter of another. */
type Asked = Extract<FromChild, { type: "acquire" | "call-off" | "end-turn" | "pause" }>;

/** The turns that another process has from this one's limiter. */
export interface LentTurns {
  readonly hear: (asked: Asked) => void;
  /** The process is gone: what it had sent counts as it was expected to. */
  readonly endAll: () => void;
}

/** Lends turns, so that the limits of accounts hold for both processes together. */
export function lendTurns(limiter: Limiter, say: (message: ToChild) => void): LentTurns {
  const waiting = new Map<number, AbortController>();
  const turns = new Map<number, Turn>();

  function acquire({ call, account, model, tokens }: Extract<Asked, { type: "acquire" }>): void {
    const abort = new AbortController();
    waiting.set(call, abort);
    const onQueued = (wait: Parameters<Parameters<Limiter["acquire"]>[1]["onQueued"]>[0]): void =>
      say({ type: "queued", call, wait });
    limiter.acquire(account, { model, tokens, signal: abort.signal, onQueued }).then(
      (turn) => {
        if (!waiting.delete(call)) turn.cancel();
        else {
          turns.set(call, turn);
          say({ type: "turn", call });
        }
      },
      () => void waiting.delete(call),
    );
  }

  function callOff(call: number): void {
    waiting.get(call)?.abort();
    waiting.delete(call);
    // The turn came while the other gave up.
    turns.get(call)?.cancel();
    turns.delete(call);
  }

  return {
    hear(asked) {
      switch (asked.type) {
        case "acquire":
          acquire(asked);
          return;
        case "call-off":
          callOff(asked.call);
          return;
        case "end-turn": {
          const turn = turns.get(asked.call);
          turns.delete(asked.call);
          if (asked.unused) turn?.cancel();
          else turn?.end(asked.tokens);
          return;
        }
        case "pause":
          limiter.pause(asked.account, asked.model, asked.ms);
          return;
      }
    },
    endAll() {
      for (const call of waiting.keys()) callOff(call);
      for (const turn of turns.values()) turn.end();
      turns.clear();
    },
  };
}

interface Waiting {
  readonly onQueued: Parameters<Limiter["acquire"]>[1]["onQueued"];
  readonly go: () => void;
}

/** A limiter that borrows turns of the process at the other end, which keeps the limits. */
export function borrowTurns({ say, hear }: Talk<FromChild, ToChild>): Limiter {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  hear((told) => {
    if (told.type === "queued") waiting.get(told.call)?.onQueued(told.wait);
    if (told.type === "turn") waiting.get(told.call)?.go();
  });

  function turnOf(call: number): Turn {
    let over = false;
    const end = (more: { readonly unused?: true; readonly tokens?: number }): void => {
      if (!over) say({ type: "end-turn", call, ...more });
      over = true;
    };
    return {
      // Not known here; its limits hold all the same.
      isWanted: () => false,
      end: (tokens) => end(tokens === undefined ? {} : { tokens }),
      cancel: () => end({ unused: true }),
    };
  }

  return {
    // The other process has read the same configuration.
    limit: () => undefined,
    acquire(account, { model, tokens, signal, onQueued }) {
      const call = ++calls;
      return new Promise((resolve, reject) => {
        const settle = (): void => {
          waiting.delete(call);
          signal.removeEventListener("abort", callOff);
        };
        const callOff = (): void => {
          settle();
          say({ type: "call-off", call });
          reject(signal.reason as Error);
        };
        if (signal.aborted) {
          reject(signal.reason as Error);
          return;
        }
        signal.addEventListener("abort", callOff);
        const go = (): void => {
          settle();
          resolve(turnOf(call));
        };
        waiting.set(call, { onQueued, go });
        say({ type: "acquire", call, account, model, tokens });
      });
    },
    pause: (account, model, ms) => say({ type: "pause", account, model, ms }),
  };
}
