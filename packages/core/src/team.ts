import type { Agent } from "./agent.ts";
import { checkSettings } from "./check-settings.ts";
import { type CoordinationSettings, defaultSettings } from "./coordination/settings.ts";
import { MassgenError } from "./errors.ts";
import { reservedToolNames } from "./prompt/ballot-prompt.ts";
import { type Ports, systemPorts } from "./run/ports.ts";
import type { RunRequest } from "./run-request.ts";
import { type Run, startRun } from "./run/run.ts";

/** Agents and the rules by which they decide. */
export interface Team {
  readonly agents: readonly Agent[];
  readonly settings: CoordinationSettings;
  readonly run: (request: RunRequest) => Run;
}

export interface TeamOptions {
  /** At least one, with ids of their own. */
  readonly agents: readonly Agent[];
  /** What differs from {@link defaultSettings}. */
  readonly coordination?: Partial<CoordinationSettings>;
  /** Clock and ids, for tests; the system's by default. */
  readonly ports?: Ports;
}

/**
 * Puts a team together. Nothing is called before a run.
 *
 *     const team = createTeam({ agents: [{ id: "a", model: modelA }, { id: "b", model: modelB }] });
 *     const { text } = await team.run({ messages: [{ role: "user", content: "Why is the sky blue?" }] }).result;
 *
 * @throws MassgenError `configuration` when there is no agent, an id twice, or a rule out of its range; `run` throws
 *   `invalid-request` for an empty conversation or a tool with a reserved name
 */
export function createTeam({ agents, coordination, ports = systemPorts }: TeamOptions): Team {
  const ids = new Set(agents.map((agent) => agent.id));
  if (agents.length === 0) throw new MassgenError("configuration", "a team needs at least one agent");
  if (ids.size < agents.length) throw new MassgenError("configuration", "two agents of a team have the same id");
  const odd = agents.find(({ id }) => !/^[\w.-]+$/.test(id) || id === "orchestrator");
  if (odd)
    throw new MassgenError("configuration", `"${odd.id}" cannot be an agent's id: letters, digits, . _ - make one`);
  const settings = { ...defaultSettings, ...given(coordination) };
  checkSettings(settings, agents.length);
  return {
    agents,
    settings,
    run: (request) => {
      checkRequest(request);
      return startRun(agents, settings, request, ports);
    },
  };
}

/** What is said; a rule that is there but undefined says nothing. */
function given(coordination: Partial<CoordinationSettings> = {}): Partial<CoordinationSettings> {
  return Object.fromEntries(Object.entries(coordination).filter(([, value]) => value !== undefined));
}

function checkRequest({ messages, tools, deadlineMs }: RunRequest): void {
  if (deadlineMs !== undefined && !(deadlineMs > 0)) {
    throw new MassgenError("invalid-request", "deadlineMs must be above 0", { param: "deadlineMs" });
  }
  if (messages.length === 0)
    throw new MassgenError("invalid-request", "there is no message to answer", { param: "messages" });
  const reserved = tools?.find((tool) => reservedToolNames.includes(tool.name));
  if (reserved) {
    const message = `\`${reserved.name}\` is a name that agents use to coordinate; give the tool another one`;
    throw new MassgenError("invalid-request", message, { param: "tools" });
  }
}
