import { describeThrown, MassgenError } from "@massgen/core";
import { warningLines } from "./config-file.ts";
import type { Log } from "../observability/log/log.ts";
import type { Setup } from "./setup.ts";
import { setupChanges } from "./setup-changes.ts";

export interface ReloadSteps {
  /** The setup that the process started with. */
  readonly started: Setup;
  readonly current: () => Setup;
  /** Rejects when the new setup is wrong. */
  readonly read: () => Promise<Setup>;
  /** Puts the new setup into effect. Runs under way keep their team. */
  readonly apply: (setup: Setup) => void;
  readonly log: Log;
  readonly count: (result: "applied" | "refused") => void;
}

/**
 * Makes the function that SIGHUP calls. It reads the setup again and puts it into effect, or refuses it and changes
 * nothing. Calls that come while it reads make it read once more afterwards.
 */
export function createReload({ started, current, read, apply, log, count }: ReloadSteps): () => Promise<void> {
  let busy = false;
  let again = false;

  async function once(): Promise<void> {
    let next: Setup;
    try {
      next = await read();
    } catch (error) {
      // A defect, perhaps in a provider package, refuses the reload too: what is served does not depend on it.
      const expected = MassgenError.isInstance(error) && error.code === "configuration";
      const { message, stack } = describeThrown(error);
      const problems = (expected ? error.message : message).split("\n");
      for (const line of warningLines(error)) log.write("warn", line);
      log.write("error", "reload refused, everything stays as it was", expected ? { problems } : { problems, stack });
      count("refused");
      return;
    }
    const { changed, needRestart } = setupChanges(started, current(), next);
    for (const warning of next.teams.warnings) log.write("warn", warning);
    apply(next);
    log.write(needRestart.length > 0 ? "warn" : "info", "reloaded", {
      changed,
      ...(needRestart.length > 0 && { need_restart: needRestart }),
    });
    count("applied");
  }

  return async () => {
    again = true;
    if (busy) return;
    busy = true;
    try {
      while (again) {
        again = false;
        await once();
      }
    } finally {
      busy = false;
    }
  };
}
