import { MassgenError } from "@massgen/core";
import type { CliContext } from "../context.ts";
import { findStore, type StoreChoice } from "./find-store.ts";
import type { RunSource } from "./run-source.ts";
import { findServer, type ServerChoice } from "./server/find-server.ts";
import { httpSource } from "./server/http-source.ts";
import { storeSource } from "./store-source.ts";

/** Where the options say that the runs are. */
export interface SourceChoice extends StoreChoice, ServerChoice {}

/**
 * The server or the store that is named first: by an option, by `MASSGEN_SERVER_URL`, by `MASSGEN_STORE`, by a
 * configuration.
 * @param rules whether `--config` names other rules: then it names the store only if nothing else does
 * @throws MassgenError `configuration`
 */
export async function findSource(choice: SourceChoice, context: CliContext, rules: boolean): Promise<RunSource> {
  const { store, config, server } = choice;
  const beside = store !== undefined ? "--store" : config !== undefined && !rules ? "--config" : undefined;
  if (server !== undefined && beside !== undefined) {
    throw new MassgenError("configuration", `--server and ${beside} each say where the runs are. Keep one of them.`);
  }
  const found = findServer(choice, beside !== undefined, context);
  if (found !== undefined) return httpSource(found);
  return storeSource(storeFor({ ...(store !== undefined && { store }) }, config, context, rules));
}

function storeFor(named: StoreChoice, config: string | undefined, context: CliContext, rules: boolean) {
  if (config === undefined) return findStore(named, context);
  if (!rules) return findStore({ ...named, config }, context);
  try {
    return findStore(named, context);
  } catch (error) {
    if (!MassgenError.isInstance(error)) throw error;
    return findStore({ ...named, config }, context);
  }
}
