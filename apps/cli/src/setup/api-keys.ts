import {
  keyNameForm,
  keyNamePattern,
  keyPattern,
  longestFile,
  readTextFileThere,
  type ClientKey,
} from "@massgen/config";
import { MassgenError } from "@massgen/core";
import type { ApiKey } from "@massgen/server";
import { readVariable, type Environment } from "./environment.ts";

/** The variable with the keys that let clients in, separated by commas. */
export const apiKeyVariable = "MASSGEN_SERVER_API_KEY";

/** The variable with the keys that only `GET /metrics` takes, separated by commas. */
export const metricsKeyVariable = "MASSGEN_SERVER_METRICS_KEY";

/** The variable with the keys that open everybody's runs, separated by commas. */
export const adminKeyVariable = "MASSGEN_SERVER_ADMIN_KEY";

/** Where keys that let somebody in may come from. */
export interface ApiKeySources {
  readonly variable: typeof apiKeyVariable | typeof metricsKeyVariable | typeof adminKeyVariable;
  readonly env: Environment;
  /** A file with one key on each line; empty lines and lines that begin with # are skipped. */
  readonly file?: { readonly path: string; readonly from: string };
  /** Those of the configuration, which may be limited to teams. */
  readonly clientKeys?: readonly ClientKey[];
}

/** A name, in front of a colon, a space and its key: no key holds a space, so none is taken for a name. */
const namedKey = /^([^\s:]+):(?:\s|$)/;

/**
 * The keys of the variable, the file and the configuration together, each a key alone or as `name: key`.
 * @throws MassgenError `configuration` when one of them is set but holds no key, or a key that no client can send: an
 *   operator who means to require keys must not serve without them
 */
export function readApiKeys({ variable, env, file, clientKeys = [] }: ApiKeySources): readonly ApiKey[] {
  const listed = readVariable(env, variable);
  const inVariable = listed === undefined ? [] : checked(listed.split(","), variable);
  const names = new Map<string, string | undefined>();
  const inConfiguration = clientKeys.map(({ name, key }, at) => ({ name, key, place: `server.client_keys[${at}]` }));
  for (const { key, name, place } of [...inVariable, ...(file ? keysIn(file) : []), ...inConfiguration]) {
    const before = names.get(key);
    if (before !== undefined && name !== undefined && before !== name) {
      throw new MassgenError("configuration", `${place} has two names, ${before} and ${name}. Keep one of them.`);
    }
    names.set(key, name ?? before);
  }
  const teamsOf = new Map(clientKeys.map(({ key, teams }) => [key, teams]));
  // Keys of one name, wherever they are written, share what they may spend.
  const limits = new Map(clientKeys.flatMap(({ name, maxUsdPerDay: usd }) => (usd === undefined ? [] : [[name, usd]])));
  return [...names].map(([key, name]) => {
    if (name === undefined) return key;
    const [teams, maxUsdPerDay] = [teamsOf.get(key), limits.get(name)];
    return { name, key, ...(teams && { teams }), ...(maxUsdPerDay !== undefined && { maxUsdPerDay }) };
  });
}

/** A key, and how messages call it. */
interface ReadKey {
  readonly key: string;
  readonly name?: string;
  readonly place: string;
}

function keysIn({ path, from }: NonNullable<ApiKeySources["file"]>): readonly ReadKey[] {
  const lines = readTextFileThere(path, `${from}: cannot read ${path}`, longestFile.keys).split(/\r?\n/);
  return checked(
    lines.map((line) => (line.trimStart().startsWith("#") ? "" : line)),
    `${from} (${path})`,
  );
}

function checked(texts: readonly string[], from: string): readonly ReadKey[] {
  const found = texts.flatMap((text, at) => readKey(text.trim(), `${from}: key ${at + 1}`) ?? []);
  if (found.length === 0) throw new MassgenError("configuration", `${from}: contains no key.`);
  return found;
}

function readKey(text: string, place: string): ReadKey | undefined {
  if (text === "") return undefined;
  const [mark = "", name] = namedKey.exec(text) ?? [];
  const key = text.slice(mark.length).trimStart();
  if (name !== undefined && !keyNamePattern.test(name)) {
    throw new MassgenError("configuration", `${place}: its name is none. ${keyNameForm}`);
  }
  if (key === "") throw new MassgenError("configuration", `${place} has a name, and no key behind it.`);
  if (!keyPattern.test(key)) {
    const message = `${place} contains a space or a character outside ASCII, which no client can send.`;
    throw new MassgenError("configuration", `${message} A key with a name is written as name: key.`);
  }
  return { key, place, ...(name !== undefined && { name }) };
}
