import { type Agent, type Allowance, type Journal, type Ports, resumeRun, type RunEvent } from "@massgen/core";
import { replay } from "@massgen/core/replay";
import type { Left } from "./dispatch.ts";
import { elapsedMsOf } from "./elapsed.ts";
import type { KeptLog, KeptRun } from "./kept-run.ts";
import { endOf } from "./run-end.ts";
import type { RunStore } from "./run-store.ts";
import { patiently } from "./store-patience.ts";

/** What driving takes besides the run itself. */
export interface DriveParts {
  readonly store: RunStore;
  /** Today's agents for a run that may have been begun with others; none where there is no such team any more. */
  readonly agentsFor: (run: KeptRun) => Promise<readonly Agent[]>;
  readonly ports: Ports;
  /** The money that a run shares with others; undefined for none. */
  readonly allowanceFor?: (run: KeptRun) => Allowance | undefined;
  /**
   * Gets every event of runs that are driven here. Must not throw.
   * @param past whether it happened before: whoever drove the run then has observed it
   */
  readonly observe?: (event: RunEvent, run: KeptRun, past: boolean) => void;
}

/**
 * Drives one kept run from where its log ends, until it has ended, somebody else goes on with it, or `lost` is aborted:
 * then it is left as it is. Rejects if the store fails for so long that the run has to be left.
 */
export async function driveRun(parts: DriveParts, id: string, lost: AbortSignal, left: Left): Promise<void> {
  const { store, agentsFor, allowanceFor, ports, observe } = parts;
  const kept = await store.find(id);
  if (kept === undefined || lost.aborted) return;
  const log = await store.read(id, 0);
  const agents = await agentsFor(kept);
  if (lost.aborted) return;
  const pastEvents = eventsIn(kept, log);
  /** The number of the first fact that the run may not know. */
  let unread = log.length;
  let failure: { readonly error: unknown } | undefined;

  const journal: Journal = {
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
  };
  const allowance = allowanceFor?.(kept);
  const run = resumeRun({
    setup: kept.setup,
    agents,
    request: { ...kept.request, ...(allowance && { allowance }) },
    log,
    elapsedMs: elapsedMsOf(kept, log, ports.clock.date()),
    cause: left,
    journal,
    ports,
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
  const abandon = (): void => run.abandon();
  lost.addEventListener("abort", abandon);
  try {
    for await (const event of run.events()) {
      observe?.(event, kept, (event.seq ?? Infinity) < pastEvents);
      if (event.type !== "run-finished") continue;
      await run.settled();
      const end = endOf(kept, event.result, ports.clock.date());
      await patiently(() => store.end(id, end), ports.clock, lost);
      return;
    }
    if (failure !== undefined && (await store.find(id)) !== undefined) throw failure.error;
  } finally {
    stopWatching();
    lost.removeEventListener("abort", abandon);
  }
}

function eventsIn({ setup }: KeptRun, log: KeptLog): number {
  const eventsOf = replay(setup);
  return log.reduce((sum, fact) => sum + eventsOf(fact).length, 0);
}
