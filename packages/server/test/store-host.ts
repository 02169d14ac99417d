import { createTeam, systemPorts, type Team } from "@massgen/core";
import { labelOf, phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { createKeeper, type Keeper, type KeeperOptions, type RunStore } from "@massgen/runs";
import OpenAI from "openai";
import type { ApiKey, LogEntry, ServerOptions } from "../src/index.ts";
import { start, type TestServer } from "./client.ts";

/** A server with its store, as one process would have it. */
export interface Host {
  readonly server: TestServer;
  readonly keeper: Keeper;
  readonly client: OpenAI;
  /** Ends the process: nothing is written any more. */
  readonly stop: () => Promise<void>;
}

const open = new Set<Host>();

/** Stops every host. For the end of each test. */
export async function stopHosts(): Promise<void> {
  for (const host of open) await host.stop();
}

/** A team whose models answer once they are let, and how many questions they got. */
export function gatedTeam(letGo: Promise<unknown> = Promise.resolve()): {
  readonly team: Team;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const agents = ["a", "b", "c"].map((id) => ({
    id,
    model: scriptedModel(async (request) => {
      const phase = phaseOf(request);
      asked.push(`${id} ${phase}`);
      await letGo;
      if (phase === "ballot") return vote(labelOf(request, "a says"), "clear");
      return phase === "draft" ? `${id} says` : { pieces: ["Blue, ", "because it scatters."] };
    }),
  }));
  return { team: createTeam({ agents }), asked };
}

export async function host(
  store: RunStore,
  team: Team,
  apiKeys: readonly ApiKey[] = [],
  log?: (entry: LogEntry) => void,
  keeping: Partial<KeeperOptions> = {},
  options: Partial<ServerOptions> = {},
): Promise<Host> {
  const keeper = createKeeper({ store, agentsFor: async () => team.agents, ports: systemPorts, ...keeping });
  await keeper.begin();
  const server = await start({ team, keeper, options: { apiKeys, ...(log && { log }), ...options } });
  const [key = "none"] = apiKeys;
  const apiKey = typeof key === "string" ? key : key.key;
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 });
  const made: Host = {
    server,
    keeper,
    client,
    stop: async () => {
      if (!open.delete(made)) return;
      await server.running.close({ timeoutMs: 0 });
      await keeper.close(0);
    },
  };
  open.add(made);
  return made;
}

export const asked = { model: "massgen", input: "Why is the sky blue?" } as const;
