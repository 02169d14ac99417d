import { type Agent, type Allowance, type Journal, resumeRun } from "@massgen/core";
import { type Alone, type AloneRun, runAlone } from "./alone/run-alone.ts";
import { type AttendParts, attendRun } from "./attend-run.ts";
import type { Left } from "./dispatch.ts";
import { elapsedMsOf, idleMsOf } from "./elapsed.ts";
import type { KeptLog, KeptRun } from "./kept-run.ts";
import { pause } from "./store-patience.ts";
import { lostAlone, type Way, wayOf } from "./way.ts";

/** What driving takes besides the run itself. */
export interface DriveParts extends AttendParts {
  /** Today's agents for a run that may have been begun with others; none where there is no such team any more. */
  readonly agentsFor: (run: KeptRun) => Promise<readonly Agent[]>;
  /** Whether other processes drive runs of this store, whose teams may be newer than today's. */
  readonly shared?: boolean;
  /** The money that a run shares with others; undefined for none. */
  readonly allowanceFor?: (run: KeptRun) => Allowance | undefined;
  /** Gives runs processes of their own that may be what ends processes. Without it, these end one loss later. */
  readonly alone?: Alone;
}

/**
 * How long a run waits for a process that has its team, in milliseconds: a new configuration is not everywhere at once.
 */
const elsewhereMs = 60_000;

/** The pause before a process is started again that could not begin, in milliseconds. */
const againMs = 5000;

/**
 * Drives one kept run from where its log ends, until it has ended, somebody else goes on with it, or `lost` is aborted:
 * then it is left as it is. Rejects if the store fails for so long that the run has to be left, or if its team is not
 * here and may be elsewhere.
 */
export async function driveRun(parts: DriveParts, id: string, lost: AbortSignal, left: Left): Promise<void> {
  const { store, alone } = parts;
  const kept = await store.find(id);
  if (kept === undefined || lost.aborted) return;
  const log = await store.read(id, 0);
  if (await isForOthers(parts, kept, log)) {
    throw new Error(`its team (${kept.team}) is not served here; if no other process serves it soon, the run fails`);
  }
  const way = wayNow(parts, kept, log, left);
  if (way.how !== "alone" || !alone) {
    await driveHere(parts, kept, log, lost, left, way);
    return;
  }
  const end = await driveAlone(parts, alone, kept, log, lost, left);
  if (end === "over") return;
  const now = await store.read(id, 0);
  const cause = end === "died" ? "lost" : left;
  const then = wayNow(parts, kept, now, cause);
  const failure = lostAlone(kept, now, parts.rules);
  await driveHere(parts, kept, now, lost, cause, then.how === "alone" ? { how: "not-at-all", failure } : then);
}

async function isForOthers({ shared = false, agentsFor, ports }: DriveParts, kept: KeptRun, log: KeptLog) {
  if (!shared || idleMsOf(kept, log, ports.clock.date()) >= elsewhereMs) return false;
  return (await agentsFor(kept)).length === 0;
}

function wayNow(parts: DriveParts, kept: KeptRun, log: KeptLog, left: Left): Way {
  const elapsedMs = elapsedMsOf(kept, log, parts.ports.clock.date());
  return wayOf(kept, log, { left, elapsedMs, canBeAlone: parts.alone !== undefined, rules: parts.rules });
}

async function driveHere(
  parts: DriveParts,
  kept: KeptRun,
  log: KeptLog,
  lost: AbortSignal,
  cause: Left,
  way: Way,
): Promise<void> {
  const { ports, rules } = parts;
  const giveUp = way.how === "not-at-all" ? way.failure : undefined;
  const agents = giveUp ? [] : await parts.agentsFor(kept);
  if (lost.aborted) return;
  const { setup } = kept;
  const allowance = parts.allowanceFor?.(kept);
  const request = { ...kept.request, ...(allowance && { allowance }) };
  const elapsedMs = elapsedMsOf(kept, log, ports.clock.date());
  const more = { ...(giveUp && { giveUp }), ...(rules && { rules }) };
  await attendRun(parts, kept, log, lost, (journal: Journal) =>
    resumeRun({ setup, agents, request, log, elapsedMs, cause, journal, ports, ...more }),
  );
}

/** Has a run driven in a process of its own. `late`: none could begin before its deadline. */
async function driveAlone(
  parts: DriveParts,
  alone: Alone,
  kept: KeptRun,
  log: KeptLog,
  lost: AbortSignal,
  left: Left,
): Promise<"over" | "died" | "late"> {
  const { clock } = parts.ports;
  while (wayNow(parts, kept, log, left).how === "alone") {
    let run: AloneRun | undefined;
    const giveBack = await alone.place(lost);
    try {
      if (lost.aborted) return "over";
      await attendRun(parts, kept, log, lost, (journal) => {
        run = runAlone(parts, alone, { run: kept, log, cause: left }, journal, parts.allowanceFor?.(kept));
        return run;
      });
    } finally {
      run?.abandon();
      await run?.over;
      giveBack();
    }
    const end = await run?.over;
    if (end !== "not-begun") return end === "died" ? "died" : "over";
    await pause(againMs, clock, lost);
  }
  return "late";
}
