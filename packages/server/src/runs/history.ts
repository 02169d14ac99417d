import type { Keeper, KeptRun, RunPage, RunSummary } from "@massgen/runs";
import { type ListedRun, openRunsFor } from "./listed-run.ts";
import { type RunLog, runLog } from "./run-log.ts";
import { keptView, openView, type RunView } from "./run-view.ts";
import type { OpenRuns } from "./open-runs.ts";
import { askingStore } from "./store-problem.ts";
import type { Whose } from "./whose.ts";

/** The runs that may be looked at: those under way here for their clients, and those that are kept. */
export interface History {
  /**
   * Those under way here for their clients, then those that are kept, each newest first.
   * @throws ProblemError `store-unavailable`
   */
  readonly list: (whose: Whose, page: Omit<RunPage, "owner">) => Promise<readonly ListedRun[]>;
  /**
   * Those that are kept, newest first; none where `history` is `off`. Runs under way are among them if they are driven
   * for nobody.
   * @throws ProblemError `store-unavailable`
   */
  readonly kept: (whose: Whose, page: Omit<RunPage, "owner">) => Promise<readonly RunSummary[]>;
  /**
   * @returns undefined for a run that is neither under way here nor kept, or is another's
   * @throws ProblemError `store-unavailable`
   */
  readonly find: (whose: Whose, runId: string) => Promise<RunView | undefined>;
  /**
   * @returns undefined for a run that is not kept, or not yet, or is another's
   * @throws ProblemError `store-unavailable`
   */
  readonly log: (whose: Whose, runId: string) => Promise<RunLog | undefined>;
}

export interface HistoryParts {
  readonly open: OpenRuns;
  /** Absent where past runs are not shown. */
  readonly keeper: Keeper | undefined;
  /** An owner as the store knows it. */
  readonly ownerIn: (owner: string | undefined) => Promise<string>;
}

export function historyOf({ open, keeper, ownerIn }: HistoryParts): History {
  const storedOwner = async (whose: Whose): Promise<string | undefined> =>
    whose === "everybody" ? undefined : ownerIn(whose.owner);
  /** A run of the store, for those who may see it. */
  const kept = async (store: Keeper, whose: Whose, runId: string): Promise<KeptRun | undefined> => {
    const run = await store.find(runId);
    const owner = await storedOwner(whose);
    return run === undefined || (owner !== undefined && run.owner !== owner) ? undefined : run;
  };
  const listKept: History["kept"] = async (whose, page) => {
    if (keeper === undefined) return [];
    return askingStore(async () => {
      const owner = await storedOwner(whose);
      return keeper.list({ ...page, ...(owner !== undefined && { owner }) });
    });
  };
  return {
    async list(whose, { after, ...page }) {
      const here = await askingStore(() => openRunsFor(open, whose, page, ownerIn));
      const place = here.findIndex(({ id }) => id === after);
      // Behind a kept run stand only kept ones.
      if (after !== undefined && place < 0) return listKept(whose, { ...page, after });
      const ids = new Set(here.map(({ id }) => id));
      const others = (await listKept(whose, page)).filter(({ id }) => !ids.has(id));
      return [...here.slice(place + 1), ...others].slice(0, page.limit);
    },
    kept: listKept,
    async find(whose, runId) {
      const here = open.find(runId);
      if (here !== undefined) {
        if (whose !== "everybody" && whose.owner !== here.owner) return undefined;
        return openView(here, await askingStore(() => ownerIn(here.owner)));
      }
      if (keeper === undefined) return undefined;
      return askingStore(async () => {
        const run = await kept(keeper, whose, runId);
        return run && keptView(keeper, run);
      });
    },
    async log(whose, runId) {
      if (keeper === undefined) return undefined;
      return askingStore(async () => {
        const run = await kept(keeper, whose, runId);
        return run && runLog(keeper, run);
      });
    },
  };
}
