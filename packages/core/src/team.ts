import { type CoordinationSettings, defaultSettings } from "./coordination/settings.ts";
import { MassgenError } from "./errors.ts";
import type { ChatModel } from "./model/chat-model.ts";
import type { Sampling, Tool, ToolChoice } from "./model/chat-request.ts";
import type { Message } from "./model/message.ts";
import { reservedToolNames } from "./prompt/ballot-prompt.ts";
import { type Ports, systemPorts } from "./run/ports.ts";
import { type Run, startRun } from "./run/run.ts";

/** A member of a team. */
export interface Agent {
  /** Unique in the team; shown to people, never to models. */
  readonly id: string;
  readonly model: ChatModel;
  /** Put in front of the client's conversation. */
  readonly systemMessage?: string;
  /** Sampling that the configuration fixes for this agent: it wins over the client's. */
  readonly sampling?: Sampling;
}

/** What to do and how the answer is to be delivered. */
export interface RunRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  readonly parallelToolCalls?: boolean;
  /** The client's sampling: used for drafts and the presentation where the agent's own is silent. `seed` also seeds the draws. */
  readonly sampling?: Sampling;
  /**
   * `live` (default): content is delivered while it is written. `whole`: nothing is delivered before the end, so that a
   * presentation that breaks can be replaced.
   */
  readonly delivery?: "live" | "whole";
  /** Ends the run at this many milliseconds, if that is sooner than the team's own deadline. */
  readonly deadlineMs?: number;
  /** Aborting cancels the run and every call of it. */
  readonly signal?: AbortSignal;
  /** The run's id; made up when absent. */
  readonly runId?: string;
}

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
 * @throws MassgenError `configuration` when there is no agent, or an id twice; `run` throws `invalid-request` for an empty
 *   conversation or a tool with a reserved name
 */
export function createTeam({ agents, coordination, ports = systemPorts }: TeamOptions): Team {
  const ids = new Set(agents.map((agent) => agent.id));
  if (agents.length === 0) throw new MassgenError("configuration", "a team needs at least one agent");
  if (ids.size < agents.length) throw new MassgenError("configuration", "two agents of a team have the same id");
  const team: Team = {
    agents,
    settings: { ...defaultSettings, ...coordination },
    run: (request) => {
      checkRequest(request);
      return startRun(team, request, ports);
    },
  };
  return team;
}

function checkRequest({ messages, tools }: RunRequest): void {
  if (messages.length === 0)
    throw new MassgenError("invalid-request", "there is no message to answer", { param: "messages" });
  const reserved = tools?.find((tool) => reservedToolNames.includes(tool.name));
  if (reserved) {
    const message = `\`${reserved.name}\` is a name that agents use to coordinate; give the tool another one`;
    throw new MassgenError("invalid-request", message, { param: "tools" });
  }
}
