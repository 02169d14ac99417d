import { MassgenError } from "@massgen/core";
import { defaultOptions, type ServerOptions } from "./options.ts";

const withoutDefault: readonly (keyof ServerOptions)[] = [
  "begun",
  "console",
  "log",
  "metrics",
  "observe",
  "observerFailed",
  "version",
];

const known: ReadonlySet<string> = new Set([...Object.keys(defaultOptions), ...withoutDefault]);

/**
 * Checks the names of an app's settings, which callers without types can misspell or put in the wrong place: a server
 * whose keys were passed over in silence would let everybody in.
 * @param settings those of the app, with its `options`
 * @throws MassgenError `configuration`
 */
export function checkOptionNames({ options = {}, ...others }: { readonly options?: object | undefined }): void {
  const stray = Object.keys(others).find((name) => known.has(name));
  if (stray !== undefined) {
    throw new MassgenError("configuration", `createApp: ${stray} goes into options: { options: { ${stray} } }`);
  }
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new MassgenError("configuration", `there is no server option ${JSON.stringify(unknown)}`);
}
