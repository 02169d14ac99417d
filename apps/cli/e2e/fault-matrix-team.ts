import { type MassgenProcess, startMassgen } from "@massgen/upstream";
import { once } from "node:events";
import { agents, type MatrixAgent } from "./fault-matrix-cell.ts";

/** The keys of the agents: nothing that anybody reads may hold them. */
export const keys = agents.map(({ id }) => `sk-lab-${id}-0123456789abcdef`);

/** What the log holds when the server finds no fault with itself. */
const usualLine = /^\{"level":"(info|warn)",/;

/** The address that an agent's provider takes for this origin. */
function baseUrlOf({ id, wire }: MatrixAgent, origin: string): string {
  switch (wire) {
    case "openai":
    case "responses":
      return `${origin}/${id}/v1`;
    case "claude":
    case "gemini":
      return `${origin}/${id}`;
  }
}

/**
 * Starts massgen with a team of one agent for each wire. Its limits are small, but out of the reach of a busy machine;
 * votes are all waited for, so that it does not matter who was faster.
 */
export async function startMatrixTeam(
  originOf: (id: string) => string,
  members: readonly MatrixAgent[] = agents,
): Promise<MassgenProcess> {
  const team = members.map((agent, at) => {
    const { id, wire } = agent;
    const base = baseUrlOf(agent, originOf(id));
    const type = wire === "responses" ? "openai, api: responses" : wire;
    return `  - id: ${id}\n    backend: { type: ${type}, model: any, base_url: "${base}", api_key: ${keys[at]} }\n`;
  });
  return startMassgen({
    // Runs that are kept to look at later have room in the small heap.
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", "--store-memory-mb", "16"],
    files: {
      "config.yaml": `agents:
${team.join("")}orchestrator:
  early_stop: false
timeout_settings:
  first_token_timeout_seconds: 30
  idle_timeout_seconds: 30
  agent_timeout_seconds: 40
  orchestrator_timeout_seconds: 600
`,
    },
    // What leaks does not fit for long.
    env: {
      NODE_OPTIONS: `--max-old-space-size=256 --import=${new URL("fault-matrix-handles.ts", import.meta.url).href}`,
    },
  });
}

/** What keeps massgen alive: how many of each kind, such as `Timeout` and `TCPSocketWrap`. */
export async function handlesOf({ child }: MassgenProcess): Promise<Readonly<Record<string, number>>> {
  child.kill("SIGUSR2");
  const [text] = (await once(child.stdout as NodeJS.EventEmitter, "data")) as [string];
  return JSON.parse(text.replace("alive by ", "")) as Record<string, number>;
}

/** What massgen wrote on stderr beside the usual. */
export function complaintsOf(massgen: MassgenProcess): readonly string[] {
  return massgen
    .stderr()
    .split("\n")
    .filter((line) => line !== "" && !usualLine.test(line));
}
