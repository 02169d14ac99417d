import { resolve } from "node:path";
import { MassgenError } from "@massgen/core";
import type { CliContext } from "../../context.ts";
import { adminKeyVariable, readApiKeys } from "../../setup/api-keys.ts";
import { type Environment, readVariable, withDotEnv } from "../../setup/environment.ts";
import { dotEnvFolders } from "../../setup/setup.ts";

/** Where a server listens that shows its runs. */
export const serverVariable = "MASSGEN_SERVER_URL";

/** Which server the options of `massgen runs` name. */
export interface ServerChoice {
  readonly server?: string;
  /** A file with its key. */
  readonly keyFile?: string;
}

/** A server, and the key that opens its runs. */
export interface RunServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

/**
 * The server that is named by `--server`, or by `MASSGEN_SERVER_URL` where no store is asked for.
 * @param store whether the command line names a store, or a configuration with one
 * @returns undefined where none is named
 * @throws MassgenError `configuration` for what is no address, or where there is no key for it
 */
export function findServer(
  { server, keyFile }: ServerChoice,
  store: boolean,
  { env: given, cwd, home }: Pick<CliContext, "env" | "cwd" | "home">,
): RunServer | undefined {
  const env = withDotEnv(given, dotEnvFolders({ kind: "none" }, cwd, home));
  const named = server ?? (store ? undefined : readVariable(env, serverVariable));
  if (named !== undefined) {
    const url = addressOf(named, server === undefined ? serverVariable : "--server");
    return { url, key: keyFor(url, keyFile, env, cwd) };
  }
  if (keyFile === undefined) return undefined;
  throw new MassgenError("configuration", "--key-file is for --server: a store takes no such key.");
}

function addressOf(text: string, from: string): string {
  const url = URL.parse(text);
  const fault = faultOf(url);
  if (url !== null && fault === undefined) return url.href.replace(/\/$/, "");
  // Its words stay unsaid: they may hold a key.
  throw new MassgenError("configuration", `${from}: ${fault}. It takes an address such as http://localhost:4000.`);
}

function faultOf(url: URL | null): string | undefined {
  if (url === null || !/^https?:$/.test(url.protocol)) return "that is no http:// or https:// address";
  if (url.username !== "" || url.password !== "") return "an address with a name or a password in it is not taken";
  return url.search + url.hash === "" ? undefined : "nothing may stand behind the path of the address";
}

/** The first key of the file, else of the variable: both may hold several, as the server's own do. */
function keyFor(url: string, keyFile: string | undefined, env: Environment, cwd: string): string {
  const file = keyFile === undefined ? undefined : { path: resolve(cwd, keyFile), from: "--key-file" };
  const keys = readApiKeys({ variable: adminKeyVariable, env: file ? {} : env, ...(file && { file }) });
  const [first] = keys;
  if (first !== undefined) return typeof first === "string" ? first : first.key;
  const ways = `Set ${adminKeyVariable}, or name a file that holds one with --key-file`;
  throw new MassgenError("configuration", `To read the runs of ${url}, a key of that server is needed. ${ways}.`);
}
