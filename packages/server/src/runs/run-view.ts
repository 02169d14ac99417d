import type { AnswerNowEffect, EventsOptions, RunEvent } from "@massgen/core";
import type { Keeper, KeptLog, KeptRun } from "@massgen/runs";
import type { OpenRun } from "./open-runs.ts";
import { askingStore } from "./store-problem.ts";

/** What is known of a run besides what happened in it. */
interface RunHead extends Pick<
  KeptRun,
  "id" | "owner" | "request" | "setup" | "team" | "background" | "createdAtMs" | "previous" | "historyOnly"
> {
  /** The path of the wire that asked. */
  readonly wire: string;
  /** When a store lets it go; absent if it is not kept yet. */
  readonly expiresAtMs?: number;
}

/** A run that is looked at, whatever became of it, and whether or not its client asked for it to be kept. */
export interface RunView {
  /** What was asked, of which team, with what settings. */
  readonly run: RunHead;
  /** All facts so far. @throws ProblemError `store-unavailable` */
  readonly log: () => Promise<KeptLog>;
  /** What happened. `from` and `drafts` only have an effect on a run that is driven here for its client. */
  readonly events: (options?: Pick<EventsOptions, "from" | "follow" | "signal" | "drafts">) => AsyncIterable<RunEvent>;
  /**
   * Ends a run under way, wherever it is driven. False if it has ended already.
   * @throws ProblemError `store-unavailable`
   */
  readonly cancel: () => Promise<boolean>;
  /**
   * Asks a run for its answer now, wherever it is driven.
   * @throws ProblemError `store-unavailable`
   */
  readonly answerNow: () => Promise<AnswerNowEffect>;
  /**
   * Removes all that is kept of it, and ends it if it is under way.
   * @throws ProblemError `store-unavailable`
   */
  readonly remove: () => Promise<void>;
}

/** A run that a store keeps. */
export function keptView(keeper: Keeper, kept: KeptRun): RunView {
  const { wire, ...head } = kept;
  return {
    run: { ...head, wire: typeof wire["path"] === "string" ? wire["path"] : "" },
    log: () => askingStore(() => keeper.log(kept)),
    events: ({ follow, signal } = {}) =>
      keeper.liveEvents(kept, { ...(follow !== undefined && { follow }), ...(signal && { signal }) }),
    cancel: () => askingStore(() => keeper.cancel(kept)),
    answerNow: () => askingStore(() => keeper.answerNow(kept)),
    remove: () => askingStore(async () => void (await keeper.remove(kept))),
  };
}

/**
 * A run that is driven here for its client.
 * @param owner as the store knows it
 */
export function openView(open: OpenRun, owner: string): RunView {
  const { run, wire, team, model, request, background } = open;
  const { setup } = run.record();
  const cancel = async (): Promise<boolean> => {
    for await (const { type } of run.events({ follow: false })) if (type === "run-finished") return false;
    open.calledOff = true;
    run.cancel();
    return true;
  };
  return {
    run: {
      id: run.id,
      owner,
      request,
      setup,
      team: team.model ?? model,
      background,
      createdAtMs: setup.startedAt,
      wire: wire.path,
      ...(open.kept?.stored === false && { historyOnly: true }),
    },
    log: async () => run.record().log,
    events: (options) => run.events(options),
    cancel,
    answerNow: () => run.answerNow(),
    async remove() {
      // What is not kept yet will not be.
      if (open.kept) open.kept.removed = true;
      await cancel();
    },
  };
}
