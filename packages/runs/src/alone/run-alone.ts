import type { Allowance, Journal, Limiter } from "@massgen/core";
import type { AttendParts, Driven } from "../attend-run.ts";
import { elapsedMsOf } from "../elapsed.ts";
import { viewRun } from "../view-run.ts";
import { type AloneTask, type Channel, type FromChild, type ToChild, talkOn } from "./channel.ts";
import { lendMoney } from "./money.ts";
import { lendTurns } from "./turns.ts";

/** Gives runs processes of their own. */
export interface Alone {
  /** Waits for one of few places; resolves with what gives it back. At once where the signal is aborted. */
  readonly place: (signal: AbortSignal) => Promise<() => void>;
  /** Starts a process that calls `driveForParent` at the other end. */
  readonly open: () => Channel;
  /** The limits of accounts, which hold for its calls too. */
  readonly limiter: Limiter;
}

/** A run that another process drives, for which this one keeps its facts. */
export interface AloneRun extends Driven {
  /**
   * Resolves when the process is gone. `not-begun`: it could not even start. `left`: the run goes on elsewhere, or is
   * to.
   */
  readonly over: Promise<"settled" | "left" | "died" | "not-begun">;
}

/** How long a process may take to start, and to end when it was told to, in milliseconds. */
const startMs = 60_000;
const endMs = 5000;

/**
 * Has a run driven by a process of its own, which may die of it.
 * @param allowance the money that the run shares with others; undefined for none
 */
export function runAlone(
  { store, ports, rules }: AttendParts,
  { open, limiter }: Alone,
  task: AloneTask,
  journal: Journal,
  allowance: Allowance | undefined,
): AloneRun {
  const { clock, redact } = ports;
  const channel = open();
  const { say, hear } = talkOn<ToChild, FromChild>(channel);
  const turns = lendTurns(limiter, say);
  const money = lendMoney(allowance, say);
  const viewing = new AbortController();
  let stands: "not-begun" | "died" | "settled" | "left" = "not-begun";
  let appending = Promise.resolve();
  let stopWaiting = clock.setTimer(startMs, channel.kill);

  function endSoon(as: "settled" | "left"): void {
    if (stands === "settled" || stands === "left") return;
    stands = as;
    stopWaiting();
    stopWaiting = clock.setTimer(endMs, channel.kill);
  }

  async function append({ facts, seq }: Extract<FromChild, { type: "append" }>): Promise<void> {
    try {
      say({ type: "appended", answer: await journal.append(facts, seq) });
    } catch (error) {
      say({ type: "appended", error: String(error) });
    }
  }

  hear((said) => {
    switch (said.type) {
      case "ready":
        if (stands !== "not-begun") return;
        stopWaiting();
        // From here on it may die of the run.
        stands = "died";
        say({
          type: "drive",
          task,
          elapsedMs: elapsedMsOf(task.run, task.log, clock.date()),
          limited: allowance !== undefined,
        });
        return;
      case "append":
        appending = append(said);
        return;
      case "over":
        endSoon(said.left ? "left" : "settled");
        return;
      case "acquire":
      case "call-off":
      case "end-turn":
      case "pause":
        turns.hear(said);
        return;
      case "reserve":
      case "settle":
        money.hear(said);
        return;
    }
  });

  const over = channel.closed.then(async () => {
    stopWaiting();
    turns.endAll();
    money.end();
    await appending;
    if (stands !== "settled") viewing.abort();
    return stands;
  });
  const options = { signal: viewing.signal, ...(redact && { redact }), ...(rules && { rules }) };
  return {
    over,
    events: () => viewRun(store, task.run, clock, options),
    take: (seq, fact) => say({ type: "take", seq, fact }),
    abandon() {
      if (stands === "not-begun") channel.kill();
      else say({ type: "abandon" });
      endSoon("left");
    },
    settled: async () => void (await over),
  };
}
