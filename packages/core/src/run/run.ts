import type { Agent } from "../agent.ts";
import type { CoordinationSettings } from "../coordination/settings.ts";
import { MassgenError } from "../errors.ts";
import type { RunRequest } from "../run-request.ts";
import { type AnsweredResult, Driver } from "./driver.ts";
import type { Ports } from "./ports.ts";
import type { RunEvent } from "./run-event.ts";

/**
 * A run under way. Iterate it once for everything that happens: the last event is `run-finished`, whatever the end, and
 * iteration itself never throws. Leaving the loop early cancels the run. Who only wants the answer awaits `result` instead.
 */
export interface Run extends AsyncIterable<RunEvent> {
  readonly id: string;
  /** The answer. Rejects with a MassgenError when the run failed or was cancelled. */
  readonly result: Promise<AnsweredResult>;
}

/** Starts a run. Calls go out at once. */
export function startRun(
  agents: readonly Agent[],
  settings: CoordinationSettings,
  request: RunRequest,
  ports: Ports,
): Run {
  const driver = new Driver(agents, settings, request, ports);
  driver.start();
  let iterated = false;
  return {
    id: driver.id,
    get result() {
      if (!iterated) {
        iterated = true;
        driver.outbox.discard();
      }
      return driver.finished;
    },
    async *[Symbol.asyncIterator]() {
      if (iterated) {
        throw new MassgenError("configuration", "a run can be iterated once, and before its result is awaited");
      }
      iterated = true;
      yield* eventsOf(driver);
    },
  };
}

async function* eventsOf({ outbox, cancel }: Driver): AsyncGenerator<RunEvent, void, undefined> {
  let complete = false;
  try {
    for (let event = await outbox.take(); event; event = await outbox.take()) {
      if (event.type === "run-finished") complete = true;
      yield event;
    }
  } finally {
    if (!complete) {
      outbox.discard();
      cancel();
    }
  }
}
