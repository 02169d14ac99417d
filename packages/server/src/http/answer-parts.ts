import type { RunEvent } from "@massgen/core";
import type { SpendingStore } from "@massgen/runs";
import type { Ports } from "../ports.ts";
import type { Engine } from "../runs/engine.ts";
import type { Runs } from "../runs/kept-runs.ts";
import type { Admission } from "./admission.ts";
import type { BegunRun, ServerOptions } from "./options.ts";
import type { Respond } from "./respond.ts";

/** What answering a request takes. */
export interface AnswerParts {
  readonly engine: Engine;
  readonly admission: Admission;
  readonly runs: Runs;
  /** What keys have spent. */
  readonly spending: SpendingStore;
  /** As they are at this moment. */
  readonly options: ServerOptions;
  readonly ports: Ports;
  readonly respond: Respond;
  /** Takes every run that begins. Never throws. */
  readonly begun: (run: BegunRun) => void;
  /** Takes every event of every run. Never throws. */
  readonly observe: (event: RunEvent, runId: string) => void;
}
