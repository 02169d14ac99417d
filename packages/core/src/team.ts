import type { Agent } from "./agent.ts";
import { checkSettings } from "./check-settings.ts";
import { type CoordinationOptions, settingsWith } from "./coordination-options.ts";
import type { CoordinationSettings } from "./coordination/settings.ts";
import { MassgenError } from "./errors.ts";
import { demandsCall } from "./prompt/answer-rules.ts";
import { holdsImages } from "./prompt/conversation.ts";
import { type Ports, systemPorts } from "./run/ports.ts";
import type { RunRequest } from "./run-request.ts";
import type { Setup } from "./coordination/state.ts";
import { newSetup } from "./run/new-setup.ts";
import { type Run, startRun } from "./run/run.ts";
import { agentsOf, type TeamMember } from "./team-member.ts";

/** Agents, and the settings for their coordination. */
export interface Team {
  readonly agents: readonly Agent[];
  readonly settings: CoordinationSettings;
  readonly run: (request: RunRequest) => Run;
  /** What a run of this request is to be begun with, for `resumeRun`. Throws like `run`. */
  readonly setupFor: (request: RunRequest) => Setup;
  /** That of its ports, for whoever shows its runs from their logs. */
  readonly redact?: (text: string) => string;
}

export interface TeamOptions {
  /** At least one, with unique ids. A bare model is an agent too, named after the model: `gpt-4o`, `gpt-4o-2`. */
  readonly agents: readonly TeamMember[];
  /** Settings that differ from {@link defaultSettings}. */
  readonly coordination?: CoordinationOptions;
  /** Clock and ids, for tests; the system's by default. */
  readonly ports?: Ports;
}

/**
 * Creates a team. Calls no model before a run.
 *
 *     const team = createTeam({ agents: [modelA, { id: "b", model: modelB, systemMessage: "Be brief." }] });
 *     const { text } = await team.run({ messages: [{ role: "user", content: "Why is the sky blue?" }] }).answer();
 *
 * @throws MassgenError `configuration` when there is no agent, an id is used twice, or a setting is out of range. `run`
 *   throws `invalid-request` with `param` naming the field: an empty conversation, or one with images that no agent can
 *   see (`messages`), a tool with a reserved name (`tools`), or a required call of a tool that is not offered
 *   (`tool_choice`). A worker finds a schema that cannot be used (`response_format`), so that run fails before its
 *   first call; {@link answerFormat} checks it in advance
 */
export function createTeam({ agents: members, coordination, ports = systemPorts }: TeamOptions): Team {
  const agents = agentsOf(members);
  const ids = new Set(agents.map((agent) => agent.id));
  if (agents.length === 0) throw new MassgenError("configuration", "a team needs at least one agent");
  if (ids.size < agents.length) throw new MassgenError("configuration", "two agents of a team have the same id");
  const odd = agents.find(({ id }) => !/^[\w.-]+$/.test(id) || id === "orchestrator");
  if (odd)
    throw new MassgenError("configuration", `"${odd.id}" cannot be an agent's id: letters, digits, . _ - make one`);
  const settings = settingsWith(coordination);
  checkSettings(settings, agents.length);
  return {
    agents,
    settings,
    run: (request) => {
      checkRequest(agents, request);
      return startRun(agents, settings, request, ports);
    },
    setupFor: (request) => {
      checkRequest(agents, request);
      return newSetup(agents, settings, request, ports);
    },
    ...(ports.redact !== undefined && { redact: ports.redact }),
  };
}

function checkRequest(agents: readonly Agent[], request: RunRequest): void {
  const { messages, tools = [], toolChoice, deadlineMs } = request;
  if (deadlineMs !== undefined && !(deadlineMs > 0)) {
    throw new MassgenError("invalid-request", "deadlineMs must be above 0", { param: "deadlineMs" });
  }
  for (const param of ["maxUsd", "leftUsd"] as const) {
    const usd = request[param] ?? 1;
    if (!(usd > 0 && usd < Infinity))
      throw new MassgenError("invalid-request", `${param} must be a number above 0`, { param });
  }
  if (messages.length === 0)
    throw new MassgenError("invalid-request", "there is no message to answer", { param: "messages" });
  if (holdsImages(messages) && agents.every(({ model }) => model.capabilities?.images === false)) {
    throw new MassgenError("invalid-request", "the conversation holds images, and no agent of the team can see them", {
      param: "messages",
    });
  }
  if (demandsCall(toolChoice) && tools.length === 0) {
    throw new MassgenError("invalid-request", "a tool call is demanded, but there are no tools", {
      param: "tool_choice",
    });
  }
  if (typeof toolChoice === "object" && !tools.some(({ name }) => name === toolChoice.name)) {
    const message = `a call of \`${toolChoice.name}\` is demanded, but there is no such tool`;
    throw new MassgenError("invalid-request", message, { param: "tool_choice" });
  }
}
