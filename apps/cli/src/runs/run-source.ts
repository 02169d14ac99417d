import type { Fact } from "@massgen/core";
import type { KeptRun, RunPage, RunSummary } from "@massgen/runs";

/** Where past runs are looked up. Every method throws a MassgenError `configuration` where it cannot. */
export interface RunSource {
  /** For people: `massgen.db`. */
  readonly place: string;
  /** Newest first. An unknown `after` gives an empty page. */
  readonly list: (page: RunPage) => Promise<readonly RunSummary[]>;
  readonly find: (id: string) => Promise<KeptRun | undefined>;
  /** The whole log of a run, in order; none for an unknown run. */
  readonly log: (id: string) => Promise<readonly Fact[]>;
  readonly close: () => Promise<void>;
}
