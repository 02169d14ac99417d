import type { Allowance, AnswerNowEffect, Fact, LoggedEvent, Ports, RuleBook, RunEvent } from "@massgen/core";
import { bareFact, canGoOn, replay } from "@massgen/core/replay";
import { askForAnswer } from "./ask-for-answer.ts";
import { type BacklogLimits, refuseBeyond, usualBacklogLimits } from "./backlog.ts";
import type { Dispatch, DispatchWork, Drive } from "./dispatch.ts";
import { type DriveParts, driveRun } from "./drive-run.ts";
import { elapsedMsOf, idleMsOf } from "./elapsed.ts";
import type { KeptLog, KeptRun, RunEnd, RunSummary } from "./kept-run.ts";
import { lighterRun } from "./lighter-run.ts";
import { LiveTexts } from "./live-texts.ts";
import { localDispatch } from "./local-dispatch.ts";
import { endOf } from "./run-end.ts";
import type { RunPage, RunStore } from "./run-store.ts";
import { dailyAllowance } from "./spending/allowance.ts";
import { viewLive, type ViewOptions, viewRun } from "./view-run.ts";

export interface KeeperOptions extends Pick<
  DriveParts,
  "store" | "agentsFor" | "ports" | "observe" | "alone" | "rules"
> {
  /** Hands out the runs; by default this process drives all of its store's. */
  readonly dispatch?: Dispatch;
  /** How many runs are driven here at once, asked anew each time. Default 64. */
  readonly places?: () => number;
  /** The dollars that an owner's runs may cost in a day; undefined for any number. */
  readonly mostPerDay?: (owner: string) => number | undefined;
  /**
   * How long a run of other rules, which these cannot go on with, waits for a process of its own, in milliseconds. Only
   * where processes of several rules share a store. Default: an hour.
   */
  readonly orphanMs?: number;
  /** How much may wait for a place, asked anew each time. Default 10,000 runs and 1 GiB; a tenth of it per owner. */
  readonly mostWaiting?: () => BacklogLimits;
  /** Hears of faults that no caller can be told of. */
  readonly failed?: (message: string, error: unknown) => void;
}

/** Keeps runs, drives those that go on without a client, and shows them. */
export interface Keeper {
  /** Whether its runs outlive this process. */
  readonly durable: boolean;
  /** Goes on with the runs that were left open, and from now on drives those that are accepted. */
  readonly begin: () => Promise<void>;
  /**
   * Keeps a new run and puts it in line to be driven: from now on it outlives its client.
   * @throws StoreError `busy` where too many wait, and what the store fails with
   */
  readonly accept: (run: KeptRun) => Promise<void>;
  /** Keeps a run that another has driven to its end, in one step. */
  readonly keep: (run: KeptRun, log: KeptLog, end: RunEnd) => Promise<void>;
  readonly find: (id: string) => Promise<KeptRun | undefined>;
  readonly list: (page: RunPage) => Promise<readonly RunSummary[]>;
  /** See {@link viewRun}. */
  readonly events: (run: KeptRun, options?: ViewOptions) => AsyncGenerator<LoggedEvent, void, undefined>;
  /** The same, with the pieces of an answer while it is written here, in a run that is delivered live. */
  readonly liveEvents: (run: KeptRun, options?: ViewOptions) => AsyncGenerator<RunEvent, void, undefined>;
  /** Ends a run and its calls, wherever it is driven. False if it has ended already. */
  readonly cancel: (run: KeptRun) => Promise<boolean>;
  /** Asks a run for its answer now, wherever it is driven: see {@link AnswerNowEffect}. */
  readonly answerNow: (run: KeptRun) => Promise<AnswerNowEffect>;
  /** All that has happened in a run so far. */
  readonly log: (run: KeptRun) => Promise<KeptLog>;
  /** The same for those who look from elsewhere: see `bareFact` of `@massgen/core/replay`. */
  readonly bareLog: (run: KeptRun) => Promise<KeptLog>;
  /** Removes a run with all that is kept of it; one under way ends. */
  readonly remove: (run: KeptRun) => Promise<boolean>;
  readonly ownerSecret: RunStore["ownerSecret"];
  readonly spending: RunStore["spending"];
  /** Rejects while the store does not work. */
  readonly ping: RunStore["ping"];
  /** Runs that are driven here, and that wait for it. */
  readonly counts: () => { readonly driven: number; readonly waiting: number };
  /**
   * Begins no further run, and gives those under way this long to end. The others are left as they are; where they end
   * with this process they are cancelled, and the result is `cut-short`.
   */
  readonly stop: (graceMs: number) => Promise<"drained" | "cut-short">;
  /** Stops, and closes the store. */
  readonly close: (graceMs: number) => Promise<void>;
}

const usualOrphanMs = 60 * 60_000;
const usualPlaces = 64;

/** How often runs whose time is over are looked for, in milliseconds, and how many leave at once. */
const sweepMs = 60_000;
const mostSwept = 100;

/** The pause for others where more have to leave. */
const nextSweepMs = 50;

/** Makes the keeper of a store. It drives nothing before `begin`. */
export function createKeeper(options: KeeperOptions): Keeper {
  const {
    store,
    ports,
    places = () => usualPlaces,
    mostWaiting = () => usualBacklogLimits,
    failed = () => {},
    rules,
    orphanMs = usualOrphanMs,
  } = options;
  const { clock } = ports;
  const dispatch =
    options.dispatch ??
    localDispatch({ store, clock, failed: (id, error) => failed(`the run ${id} could not be driven`, error) });
  const live = new LiveTexts();
  const folding = { ...(ports.redact && { redact: ports.redact }), ...(rules && { rules }) };
  let work: DispatchWork | undefined;
  let stopSweeping = (): void => {};
  let closed = false;
  /** Whether a run was driven until it had to be let go. */
  let cut = false;
  const counts = (): { readonly driven: number; readonly waiting: number } =>
    work?.counts() ?? { driven: 0, waiting: 0 };

  const suits = async (id: string): Promise<boolean> => {
    const kept = await store.find(id);
    const log = kept && (await store.read(id, 0));
    if (kept === undefined || log === undefined) return false;
    return canGoOn(kept.setup, log, rules) || idleMsOf(kept, log, clock.date()) >= orphanMs;
  };
  async function cancel(run: KeptRun): Promise<boolean> {
    const cancelled = await cancelRun(options, run);
    if (cancelled === "before-it-began") dispatch.leave(run.id);
    return cancelled !== "over";
  }

  function allowanceFor({ owner }: KeptRun): Allowance | undefined {
    const most = options.mostPerDay?.(owner);
    return most === undefined ? undefined : dailyAllowance({ spending: store.spending, name: owner, most, failed });
  }

  return {
    durable: store.durable,
    async begin() {
      if (closed) return;
      // No timer for a store that ends with the process: it lets them go when others come.
      if (store.durable) stopSweeping = sweep(store, ports, failed);
      const parts = { ...options, shared: options.dispatch !== undefined, allowanceFor, live };
      const drive: Drive = async (id, lost, left) => {
        await driveRun(parts, id, lost, left);
        cut ||= lost.aborted;
      };
      work = await dispatch.work(places, drive, suits);
      if (closed) await work.stop(0);
    },
    async accept(run) {
      const { id, owner } = run;
      refuseBeyond(mostWaiting(), await dispatch.backlogs(owner), owner);
      const bytes = await store.create(run);
      await dispatch.enqueue({ id, owner, bytes });
    },
    keep: async (run, log, end) => void (await store.create(lighterRun(run) ?? run, log, end)),
    find: (id) => store.find(id),
    list: (page) => store.list(page),
    events: (run, view) => viewRun(store, run, clock, { ...folding, ...view }),
    liveEvents: (run, view) => viewLive(store, run, clock, live, { ...folding, ...view }),
    cancel,
    answerNow: (run) => askForAnswer(options, run),
    log: (run) => store.read(run.id, 0),
    bareLog: async ({ id }) => (await store.read(id, 0)).map((fact) => bareFact(fact, ports.redact)),
    async remove(run) {
      await cancel(run);
      dispatch.leave(run.id);
      return store.remove(run.id);
    },
    ownerSecret: () => store.ownerSecret(),
    spending: store.spending,
    ping: () => store.ping(),
    counts,
    async stop(graceMs) {
      await work?.stop(graceMs);
      return !store.durable && (cut || counts().waiting > 0) ? "cut-short" : "drained";
    },
    async close(graceMs) {
      closed = true;
      stopSweeping();
      await work?.stop(graceMs);
      await store.close();
    },
  };
}

/**
 * Writes `cancelled` behind whatever has been written: whoever drives the run reads it there. One that nobody has begun
 * is over with that.
 */
async function cancelRun(
  { store, ports: { clock }, rules, observe }: KeeperOptions,
  run: KeptRun,
): Promise<"cancelled" | "before-it-began" | "over"> {
  for (;;) {
    const log = await store.read(run.id, 0);
    if (hasEnded(run, log, rules)) return "over";
    const atMs = Math.max(log.at(-1)?.atMs ?? 0, elapsedMsOf(run, log, clock.date()));
    const cancelled: Fact = { type: "cancelled", atMs };
    const appended = await store.append(run.id, log.length, [cancelled]);
    if (appended === "taken") continue;
    if (appended === "gone") return "over";
    if (log.length > 0) return "cancelled";
    for (const event of replay(run.setup, undefined, rules)(cancelled)) {
      observe?.(event, run, false);
      if (event.type !== "run-finished") continue;
      await store.end(run.id, endOf(run, event.result, clock.date()), lighterRun(run));
    }
    return "before-it-began";
  }
}

function hasEnded(run: KeptRun, log: readonly Fact[], rules: RuleBook | undefined): boolean {
  const eventsOf = replay(run.setup, undefined, rules);
  return log.some((fact) => eventsOf(fact).some(({ type }) => type === "run-finished"));
}

function sweep(store: RunStore, { clock }: Ports, failed: (message: string, error: unknown) => void): () => void {
  let cancelTimer = (): void => {};
  const wait = (ms: number): void => {
    cancelTimer = clock.setTimer(ms, () => {
      store.expire(clock.date(), mostSwept).then(
        (gone) => {
          if (!stopped) wait(gone < mostSwept ? sweepMs : nextSweepMs);
        },
        (error: unknown) => {
          failed("runs whose time is over could not be removed", error);
          if (!stopped) wait(sweepMs);
        },
      );
    });
  };
  let stopped = false;
  wait(sweepMs);
  return () => {
    stopped = true;
    cancelTimer();
  };
}
