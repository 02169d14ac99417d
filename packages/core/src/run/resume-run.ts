import type { Agent } from "../agent.ts";
import type { Fact } from "../coordination/event.ts";
import type { Failure } from "../coordination/receipt.ts";
import type { RuleBook } from "../coordination/rule-book.ts";
import type { Setup } from "../coordination/state.ts";
import type { RunRequest } from "../run-request.ts";
import { Driver } from "./driver.ts";
import type { Journal } from "./journal.ts";
import { type Ports, systemPorts } from "./ports.ts";
import { type Run, runOf } from "./run.ts";

/** A run whose facts are kept while it goes on, so that it outlives its process. */
export interface JournaledRun extends Run {
  /**
   * Tells the run of a fact that somebody else has written to its journal, such as `cancelled`. To be called for all of
   * them, in order: after an append found its place taken, and whenever there is more. The run's own facts may be among
   * them. On a foreign `resumed` the run is abandoned.
   */
  readonly take: (seq: number, fact: Fact) => void;
  /**
   * Ends every call and says nothing more: readers' loops end without `run-finished`, and `answer()` rejects.
   *
   * @param cause what `answer()` names as its cause
   */
  readonly abandon: (cause?: unknown) => void;
  /** Resolves when the run has ended here and its last fact is kept. Calls may report usage up to 2 s after the end. */
  readonly settled: () => Promise<void>;
}

export interface ResumeOptions {
  /** What the run was begun with: see `Team.setupFor`. */
  readonly setup: Setup;
  /** The team of today. A member of the run that is gone, or has another model, fails as `configuration`. */
  readonly agents: readonly Agent[];
  readonly request: RunRequest;
  /** All facts that are kept, from the first one; none begins a new run. */
  readonly log: readonly Fact[];
  /** Milliseconds since the start of the run, for its deadlines. */
  readonly elapsedMs: number;
  readonly journal: Journal;
  /** `handed-back` if the previous driver stopped on purpose. Default: `lost`. */
  readonly cause?: "lost" | "handed-back";
  /** Ends the run with this failure instead of going on. Calls that are out in its log count as lost. */
  readonly giveUp?: Failure;
  /** The rules to go on by; those of this package unless a test has others. */
  readonly rules?: RuleBook;
  readonly ports?: Ports;
}

/**
 * Goes on with a kept run, or begins one. Each fact is kept before anything comes of it, and nothing that was kept is
 * ever undone: finished calls are not made again, and those that were out are.
 */
export function resumeRun({ setup, agents, request, ports = systemPorts, ...rest }: ResumeOptions): JournaledRun {
  const { log, elapsedMs, journal, cause = "lost", giveUp, rules } = rest;
  const driver = new Driver(setup, agents, request, ports, { journal, log, elapsedMs, cause, giveUp, rules });
  driver.start();
  return {
    ...runOf(driver),
    take: (seq, fact) => driver.take(seq, fact),
    abandon: (cause) => driver.abandon(cause),
    settled: () => driver.settled(),
  };
}
