import { existsSync } from "node:fs";
import { MassgenError } from "@massgen/core";
import type { RunSummary } from "@massgen/runs";
import type { DurableStore } from "../setup/store-settings.ts";
import { openStore } from "../store/open-store.ts";
import { asConfiguration, placeOf } from "../store/store-problem.ts";
import type { RunSource } from "./run-source.ts";

/** As a server lists it. */
function withoutFigures(run: RunSummary): RunSummary {
  if (run.end === undefined) return run;
  const { figures: _, ...end } = run.end;
  return { ...run, end };
}

/**
 * The runs in a store, read beside a server that may write to it.
 * @throws MassgenError `configuration` for a store that is not there, or cannot be read
 */
export async function storeSource(store: DurableStore): Promise<RunSource> {
  const place = placeOf(store);
  if (store.kind === "sqlite" && !existsSync(store.file)) {
    const advice = "The server makes it when it starts; a path in --store or MASSGEN_STORE is relative to this folder";
    throw new MassgenError("configuration", `store: there is no file ${place}. ${advice}.`);
  }
  const runs = await openStore(store, { readOnly: true });
  const read = <T>(work: () => Promise<T>): Promise<T> => asConfiguration(store, work);
  return {
    place,
    list: async (page) => (await read(() => runs.list(page))).map(withoutFigures),
    find: (id) => read(() => runs.find(id)),
    log: (id) => read(() => runs.read(id, 0)),
    close: () => runs.close(),
  };
}
