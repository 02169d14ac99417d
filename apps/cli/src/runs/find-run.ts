import { MassgenError } from "@massgen/core";
import type { KeptRun } from "@massgen/runs";
import { runIdOf } from "./run-filters.ts";
import type { RunSource } from "./run-source.ts";

/** The run of an id, or of the id that a client knows its answer by. @throws MassgenError `configuration` for none */
export async function findRun(source: RunSource, id: string): Promise<KeptRun> {
  const run = await source.find(runIdOf(id));
  if (run !== undefined) return run;
  const shown = JSON.stringify(id.slice(0, 100));
  const advice = "massgen runs list shows those there are; it may have expired, or never been kept (see history)";
  throw new MassgenError("configuration", `There is no run ${shown} in ${source.place}: ${advice}.`);
}
