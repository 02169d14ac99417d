import { MassgenError } from "@massgen/core/model";
import type { ServerConfig } from "./config.ts";
import { numberIn } from "./number-text.ts";
import { serverConfig } from "./normalize.ts";
import { serverShape } from "./team-schema.ts";

/** A key of `server`, as it is written in YAML. */
export type ServerKey = keyof typeof serverShape;

/** What a flag or an environment variable says. */
export interface GivenOption {
  readonly value: string | readonly string[] | boolean;
  /** How messages call it, such as `--port`. */
  readonly from: string;
}

/** The most characters of a wrong value that a message repeats. */
const shownCharacters = 60;

/**
 * Reads flags and variables as the same keys of a file's `server` are read: what is right in one place is right in all,
 * and means the same.
 * @throws MassgenError `configuration` with everything that is wrong, one line each
 */
export function readServerOptions(given: Partial<Readonly<Record<ServerKey, GivenOption>>>): ServerConfig {
  const written: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, { value, from }] of Object.entries(given)) {
    const readings = typeof value === "string" ? [value.trim(), numberIn(value)] : [value];
    const results = readings
      .filter((reading) => reading !== undefined)
      .map((reading) => serverShape[key as ServerKey].safeParse(reading));
    const good = results.find((result) => result.success);
    const issue = results.at(-1)?.error?.issues[0];
    if (good !== undefined) written[key] = good.data;
    else problems.push(`${from}: ${issue?.message ?? "is wrong"}, not ${shown(value)}.`);
  }
  if (problems.length > 0) throw new MassgenError("configuration", problems.join("\n"));
  return serverConfig(written);
}

function shown(value: GivenOption["value"]): string {
  const text = typeof value === "object" ? value.join(", ") : String(value);
  return JSON.stringify(text.length > shownCharacters ? `${text.slice(0, shownCharacters)}...` : text);
}
