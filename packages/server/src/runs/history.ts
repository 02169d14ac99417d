import type { LoggedEvent } from "@massgen/core";
import type { Keeper, KeptRun, RunPage, RunSummary, ViewOptions } from "@massgen/runs";
import { askingStore } from "./store-problem.ts";

/** Whose runs are looked at: those of an owner, named as requests name it, or everybody's. */
type Whose = "everybody" | { readonly owner: string | undefined };

/** A run that is kept, whatever became of it, and whether or not its client asked for that. */
interface PastRun {
  /** What was asked, of which team, with what settings. */
  readonly run: KeptRun;
  /** What happened, from the beginning. */
  readonly events: (options?: ViewOptions) => AsyncGenerator<LoggedEvent, void, undefined>;
  /**
   * Ends a run under way, wherever it is driven. False if it has ended already.
   * @throws ProblemError `store-unavailable`
   */
  readonly cancel: () => Promise<boolean>;
  /**
   * Removes all that is kept of it.
   * @throws ProblemError `store-unavailable`
   */
  readonly remove: () => Promise<boolean>;
}

/** What became of the runs that are kept. Nothing, where `history` is `off`. */
export interface History {
  /**
   * Newest first. Runs under way are listed if they are driven for nobody; others once they have ended.
   * @throws ProblemError `store-unavailable`
   */
  readonly list: (whose: Whose, page: Omit<RunPage, "owner">) => Promise<readonly RunSummary[]>;
  /**
   * @returns undefined for a run that is not kept, or is another's
   * @throws ProblemError `store-unavailable`
   */
  readonly find: (whose: Whose, runId: string) => Promise<PastRun | undefined>;
}

/** @param ownerIn an owner as the store knows it */
export function historyOf(keeper: Keeper, ownerIn: (owner: string | undefined) => Promise<string>): History {
  const storedOwner = async (whose: Whose): Promise<string | undefined> =>
    whose === "everybody" ? undefined : ownerIn(whose.owner);
  return {
    list: (whose, page) =>
      askingStore(async () => {
        const owner = await storedOwner(whose);
        return keeper.list({ ...page, ...(owner !== undefined && { owner }) });
      }),
    find: (whose, runId) =>
      askingStore(async () => {
        const run = await keeper.find(runId);
        const owner = await storedOwner(whose);
        if (run === undefined || (owner !== undefined && run.owner !== owner)) return undefined;
        return {
          run,
          events: (options) => keeper.events(run, options),
          cancel: () => askingStore(() => keeper.cancel(run)),
          remove: () => askingStore(() => keeper.remove(run)),
        };
      }),
  };
}

/** The history of a server that keeps none. */
export const noHistory: History = { list: async () => [], find: async () => undefined };
