import { randomUUID } from "node:crypto";
import type { Fact } from "../coordination/event.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { TokenRates } from "../pricing.ts";
import type { ChatModel } from "../model/chat-model.ts";
import type { ObserverFailed } from "../observer.ts";
import type { EndedCall } from "../pricing.ts";

/** What a run needs besides its models. Tests provide their own. */
export interface Ports {
  readonly clock: Clock;
  /** A new run id. It also seeds the ids of calls and the waits before retries. */
  readonly newRunId: () => string;
  /**
   * Makes at least 64 random bits in hex for each run; the system's by default. Marks in prompts are derived from them,
   * so that no text shown in a prompt can forge a mark.
   */
  readonly newSecret?: () => string;
  /**
   * Prices an ended call, in dollars; null where that is not known. Absent: nothing is priced, and runs say nothing of
   * their cost.
   */
  readonly price?: (call: EndedCall) => number | null;
  /** The most that calls of a model are charged; undefined where that is not known. Budgets in dollars need it. */
  readonly rates?: (model: ChatModel) => TokenRates | undefined;
  /** Receives every fact in order, which is enough to replay the run. A failing one does not harm the run. */
  readonly record?: (fact: Fact) => unknown;
  /**
   * Removes secrets from everything that the run reports except its answers, which were redacted when they were
   * received.
   */
  readonly redact?: (text: string) => string;
  /** Called when `record` fails; by default the process warns, once per run. */
  readonly observerFailed?: ObserverFailed;
}

/** As an id, because Node draws the random bits of ids in bulk. */
export const newSecret = (): string => randomUUID().replaceAll("-", "");

export const systemPorts: Ports = {
  clock: systemClock,
  newRunId: () => `run_${randomUUID().replaceAll("-", "")}`,
};
