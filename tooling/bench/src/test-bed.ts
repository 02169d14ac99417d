import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChildServer, startScript } from "./child-server.ts";

/** An upstream, and what stands before it. */
export interface TestBed extends AsyncDisposable {
  readonly upstream: ChildServer;
  /** The built command line. */
  readonly massgen: ChildServer;
  /** The same calls with nothing around them. */
  readonly bare: ChildServer;
}

export interface BedSettings {
  readonly agents: number;
  /** Words after `node paced-upstream.ts`. */
  readonly upstream: readonly string[];
  /** What the bare server is: a run's calls, or a relay of bytes. */
  readonly bare: keyof typeof bareServers;
}

/** More than any bench has under way. */
const manyRuns = 5000;

const massgenBin = new URL("../../../apps/cli/bin/massgen.js", import.meta.url);
const bareServers = {
  calls: new URL("bare-server.ts", import.meta.url),
  relay: new URL("bare-relay.ts", import.meta.url),
};

/**
 * Starts massgen on a configuration, on any free port.
 * @param bin the command line; this checkout's by default
 */
export async function startMassgen(
  config: string,
  env: Readonly<Record<string, string>>,
  bin = massgenBin,
): Promise<ChildServer & AsyncDisposable> {
  const home = await mkdtemp(join(tmpdir(), "massgen-bench-"));
  const file = join(home, "team.yaml");
  await writeFile(file, config);
  const serve = ["serve", "--host", "127.0.0.1", "--port", "0", "--max-concurrent-runs", String(manyRuns)];
  const server = await startScript(bin, [...serve, "--config", file], { HOME: home, ...env });
  return {
    ...server,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What massgen has to be started with for a team of so many agents. */
export function teamOf(
  agents: number,
  upstreamUrl: string,
): { readonly config: string; readonly env: Readonly<Record<string, string>> } {
  const models = Array.from({ length: agents }, (_, n) => n + 1);
  const members = models.map((n) => `  - { id: agent-${n}, backend: { type: openai, model: model-${n} } }\n`);
  return {
    config: `agents:\n${members.join("")}`,
    env: { OPENAI_API_KEY: "none-needed", OPENAI_BASE_URL: `${upstreamUrl}/v1` },
  };
}

/** Starts upstream, massgen and the bare server, each in a process of its own. */
export async function startBed({ agents, upstream: args, bare: bareKind }: BedSettings): Promise<TestBed> {
  const upstream = await startScript(new URL("paced-upstream.ts", import.meta.url), args);
  const { config, env } = teamOf(agents, upstream.url);
  const massgen = await startMassgen(config, env);
  const bare = await startScript(bareServers[bareKind], [upstream.url, String(agents)]);
  return {
    upstream,
    massgen,
    bare,
    [Symbol.asyncDispose]: async () => {
      await massgen[Symbol.asyncDispose]();
      await Promise.all([bare.stop(), upstream.stop()]);
    },
  };
}

/** The model that every timed bench calls: answers of 300 ms, in ten events. */
export const model300ms = ["--events=10", "--every-ms=30"];
/** The shortest that a run of three agents can take on it: draft, ballot, presentation. */
export const criticalPathMs = 900;
