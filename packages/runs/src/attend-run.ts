import type { Journal, JournaledRun, Ports, RuleBook, RunEvent } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { KeptLog, KeptRun } from "./kept-run.ts";
import { lighterRun } from "./lighter-run.ts";
import type { LiveTexts } from "./live-texts.ts";
import { endOf } from "./run-end.ts";
import type { RunStore } from "./run-store.ts";
import { patiently } from "./store-patience.ts";

/** What attending to a run takes besides the run itself. */
export interface AttendParts {
  readonly store: RunStore;
  readonly ports: Ports;
  /** The rules by which logs are folded; core's own unless a test has others. */
  readonly rules?: RuleBook;
  /**
   * Gets every event of runs that are driven here. Must not throw.
   * @param past whether it happened before: whoever drove the run then has observed it
   */
  readonly observe?: (event: RunEvent, run: KeptRun, past: boolean) => void;
  /** Gets the pieces of answers while they are written. */
  readonly live?: LiveTexts;
}

/** A run under way, in this process or in one of its own. */
export interface Driven extends Pick<JournaledRun, "take" | "abandon" | "settled"> {
  readonly events: () => AsyncIterable<RunEvent>;
  /** Ends it. Absent where it has a process of its own, which is for what outlives processes. */
  readonly cancel?: () => void;
}

/**
 * Stands between a run that is under way and its store, until the run has ended, somebody else goes on with it, or
 * `lost` is aborted: then it is left as it is. Rejects if the store fails for so long that the run has to be left.
 *
 * @param log the facts that the run begins with
 */
export async function attendRun(
  { store, ports, rules, observe, live }: AttendParts,
  kept: KeptRun,
  log: KeptLog,
  lost: AbortSignal,
  start: (journal: Journal) => Driven,
): Promise<void> {
  const { id } = kept;
  const pastEvents = eventsIn(kept, log, rules);
  /** The number of the first fact that the run may not know. */
  let unread = log.length;
  let failure: { readonly error: unknown } | undefined;

  const run = start({
    async append(facts, seq) {
      try {
        const answer = await patiently(() => store.append(id, seq, facts), ports.clock, lost);
        if (answer === "kept") unread = Math.max(unread, seq + facts.length);
        if (answer === "taken") catchUp();
        if (answer === "gone") throw new Error("the run was removed");
        return answer;
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
  });

  /** Tells the run of what others have written. */
  function catchUp(): void {
    const from = unread;
    patiently(() => store.read(id, from), ports.clock, lost).then(
      (facts) => {
        for (const [at, fact] of facts.entries()) run.take(from + at, fact);
        unread = Math.max(unread, from + facts.length);
      },
      (error: unknown) => {
        failure ??= { error };
        run.abandon(error);
      },
    );
  }

  const stopWatching = store.watch(id, catchUp);
  const abandon = (): void => {
    // Nobody goes on with what ends with this process.
    if (!store.durable && run.cancel) run.cancel();
    else run.abandon();
  };
  lost.addEventListener("abort", abandon);
  if (lost.aborted) abandon();
  try {
    for await (const event of run.events()) {
      observe?.(event, kept, (event.seq ?? Infinity) < pastEvents);
      // One with a number is in the log.
      if (event.type === "content-delta" && event.seq === undefined) live?.add(id, event.text);
      if (event.type !== "run-finished") continue;
      await run.settled();
      const end = endOf(kept, event.result, ports.clock.date());
      const light = lighterRun(kept);
      await patiently(() => store.end(id, end, light), ports.clock, lost);
      return;
    }
    if (failure !== undefined && (await store.find(id)) !== undefined) throw failure.error;
  } finally {
    stopWatching();
    live?.end(id);
    lost.removeEventListener("abort", abandon);
  }
}

function eventsIn({ setup }: KeptRun, log: KeptLog, rules: RuleBook | undefined): number {
  const eventsOf = replay(setup, undefined, rules);
  return log.reduce((sum, fact) => sum + eventsOf(fact).length, 0);
}
