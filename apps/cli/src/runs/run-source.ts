import type { Fact } from "@massgen/core";
import type { KeptRun, RunPage, RunSummary } from "@massgen/runs";

/** A run as lists show it. A server keeps some of its summary to itself, and gives times in whole seconds. */
export type ListedRun = Omit<RunSummary, Unlisted> & Partial<Pick<RunSummary, Unlisted>>;

type Unlisted = "bytes" | "rules" | "expiresAtMs";

/** Where past runs are looked up. Every method throws a MassgenError `configuration` where it cannot. */
export interface RunSource {
  /** For people: `massgen.db`, `http://localhost:4000`. */
  readonly place: string;
  /** Newest first. An unknown `after` gives an empty page. */
  readonly list: (page: RunPage) => Promise<readonly ListedRun[]>;
  readonly find: (id: string) => Promise<KeptRun | undefined>;
  /** The whole log of a run, in order; none for an unknown run. */
  readonly log: (id: string) => Promise<readonly Fact[]>;
  readonly close: () => Promise<void>;
}
