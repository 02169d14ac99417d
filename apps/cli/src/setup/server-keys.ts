import { randomBytes } from "node:crypto";
import { dirname, resolve } from "node:path";
import type { ServerSettings } from "@massgen/config";
import { MassgenError } from "@massgen/core";
import type { ApiKey } from "@massgen/server";
import { adminKeyVariable, apiKeyVariable, metricsKeyVariable, readApiKeys, type ApiKeySources } from "./api-keys.ts";
import type { Environment } from "./environment.ts";
import type { ServeFlags } from "./serve-flags.ts";
import type { TeamSource } from "./team-source.ts";
import type { Teams } from "./teams.ts";

interface KeyPlaces {
  readonly flags: ServeFlags;
  readonly teams: Pick<Teams, "server" | "clientKeys">;
  readonly source: TeamSource;
  readonly env: Environment;
  readonly cwd: string;
}

/**
 * The keys of clients, those of metrics, and those of admins.
 * @throws MassgenError `configuration`
 */
export function readServerKeys(places: KeyPlaces): {
  readonly apiKeys: readonly ApiKey[];
  readonly metricsKeys: readonly ApiKey[];
  readonly adminKeys: readonly ApiKey[];
} {
  const { flags, teams, env } = places;
  const { apiKeyFile, metricsKeyFile, adminKeyFile } = teams.server;
  const clients = fileOf(places, "api-key-file", flags.server["api-key-file"], apiKeyFile);
  const metrics = fileOf(places, "metrics-key-file", flags.server["metrics-key-file"], metricsKeyFile);
  const admins = fileOf(places, "admin-key-file", flags.server["admin-key-file"], adminKeyFile);
  const keys = {
    apiKeys: readApiKeys({ variable: apiKeyVariable, env, ...clients, clientKeys: teams.clientKeys }),
    metricsKeys: readApiKeys({ variable: metricsKeyVariable, env, ...metrics }),
    adminKeys: readApiKeys({ variable: adminKeyVariable, env, ...admins }),
  };
  const others = new Set([...keys.apiKeys, ...keys.metricsKeys].map(textOf));
  if (keys.adminKeys.some((key) => others.has(textOf(key)))) {
    throw new MassgenError(
      "configuration",
      `A key of ${adminKeyVariable} or admin_key_file is a client's or that of metrics, too, and would show everybody's runs. Use another one.`,
    );
  }
  return keys;
}

function textOf(key: ApiKey): string {
  return typeof key === "string" ? key : key.key;
}

/** A flag's path is relative to the working directory, a configuration's to the configuration. */
function fileOf(
  { source, cwd }: KeyPlaces,
  flag: string,
  given: unknown,
  written: string | undefined,
): Pick<ApiKeySources, "file"> {
  if (typeof given === "string") return { file: { path: resolve(cwd, given), from: `--${flag}` } };
  if (written === undefined || source.kind !== "config") return {};
  const from = `server.${flag.replaceAll("-", "_")}`;
  return { file: { path: resolve(dirname(source.path), written), from } };
}

/** @throws MassgenError `configuration` where metrics are open and have a key */
export function checkMetricsKeys({ metricsOpen }: ServerSettings, keys: readonly ApiKey[]): void {
  if (!metricsOpen || keys.length === 0) return;
  throw new MassgenError(
    "configuration",
    `metrics_open lets everyone read /metrics, and ${metricsKeyVariable} or metrics_key_file asks for a key. Keep one of them.`,
  );
}

/** An admin key of 128 random bits, for a server that has no key at all. */
export function newAdminKey(): string {
  return `admin-${randomBytes(16).toString("base64url")}`;
}

/**
 * The keys that open everybody's runs. Where no key is configured, nobody could look at any run: there the process has
 * one of its own.
 */
export function adminKeysOf(
  { adminKeys, apiKeys }: { readonly adminKeys: readonly ApiKey[]; readonly apiKeys: readonly ApiKey[] },
  own: string,
): readonly ApiKey[] {
  return adminKeys.length + apiKeys.length > 0 ? adminKeys : [own];
}
