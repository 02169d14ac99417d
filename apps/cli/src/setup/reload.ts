import { describeThrown, MassgenError } from "@massgen/core";
import { warningLines } from "./config-file.ts";
import type { Log } from "../observability/log/log.ts";
import type { Serving } from "./setup.ts";
import { servingChanges } from "./setup-changes.ts";

export interface ReloadSteps {
  /** What the process was started with. */
  readonly started: Serving;
  readonly current: () => Serving;
  /** Rejects when something is wrong with what it reads. */
  readonly read: () => Promise<Serving>;
  /** From now on this is served. Runs under way keep their team. */
  readonly apply: (serving: Serving) => void;
  readonly log: Log;
  readonly count: (result: "applied" | "refused") => void;
}

/** Makes a function that reads everything anew. One call at a time: one that comes meanwhile is done afterwards. */
export function createReload({ started, current, read, apply, log, count }: ReloadSteps): () => Promise<void> {
  let busy = false;
  let again = false;

  async function once(): Promise<void> {
    let next: Serving;
    try {
      next = await read();
    } catch (error) {
      // Also for a defect, of a provider package perhaps: what is served has nothing of it.
      const expected = MassgenError.isInstance(error) && error.code === "configuration";
      const { message, stack } = describeThrown(error);
      const problems = (expected ? error.message : message).split("\n");
      for (const line of warningLines(error)) log.write("warn", line);
      log.write("error", "reload refused, everything stays as it was", expected ? { problems } : { problems, stack });
      count("refused");
      return;
    }
    const { changed, needRestart } = servingChanges(started, current(), next);
    for (const warning of next.served.warnings) log.write("warn", warning);
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
