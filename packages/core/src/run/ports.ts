import { randomBytes, randomUUID } from "node:crypto";
import type { Fact } from "../coordination/event.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { ObserverFailed } from "../observer.ts";

/** What a run needs of the world beside its models. Tests put their own in. */
export interface Ports {
  readonly clock: Clock;
  /** A new run id. It also seeds the run's draws, unless the request brings a seed. */
  readonly newRunId: () => string;
  /**
   * 64 random bits in hex, new for each run; the system's by default. Marks in prompts are made of them, so that no
   * text that is shown in one can forge a mark.
   */
  readonly newSecret?: () => string;
  /** Sees every fact in order: what it saw replays the run. One that fails does not harm the run. */
  readonly record?: (fact: Fact) => unknown;
  /** Takes secrets out of whatever the run tells, but for its answers: those lost theirs where their model ended. */
  readonly redact?: (text: string) => string;
  /** Told when `record` fails; by default the process warns, once a run. */
  readonly observerFailed?: ObserverFailed;
}

export const newSecret = (): string => randomBytes(8).toString("hex");

export const systemPorts: Ports = {
  clock: systemClock,
  newRunId: () => `run_${randomUUID().replaceAll("-", "")}`,
};
