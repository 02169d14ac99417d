import type { LocalService } from "../services/local-services.ts";
import type { HostedService } from "./hosted-services.ts";
import { modelsOfType, type Preset } from "./preferred-models.ts";

/** Which team is proposed; `local`: of models on the user's own machine. */
export type TeamKind = Preset | "local";

/** An agent of a proposed team. */
export interface ProposedAgent {
  readonly id: string;
  readonly type: string;
  readonly model: string;
  /** Set where several agents have one model: without it they would write the same. */
  readonly temperature?: number;
}

/** A team that could be made of what was found. */
export interface Proposal {
  readonly kind: TeamKind;
  /** Three agents, with three different models where there are as many. */
  readonly agents: readonly ProposedAgent[];
  /** All that the agents could be chosen from, these first. */
  readonly choices: readonly Choice[];
}

/** A model at a service. */
export interface Choice {
  readonly type: string;
  readonly model: string;
}

const teamSize = 3;
const [mostChoices, mostAgents] = [12, 5];
const sharedTemperature = 0.8;

/** The teams that can be made, the one that is taken without a question first. */
export function proposals(hosted: readonly HostedService[], local: readonly LocalService[]): readonly Proposal[] {
  const usable = hosted.filter(({ problem }) => problem === undefined);
  const ofPreset = (preset: Preset): readonly (readonly Choice[])[] =>
    usable.map(({ type, models }) => modelsOfType(type, preset, models).map((model) => ({ type, model })));
  const ofLocal = local.map(({ type, models }) => models.map((model) => ({ type, model })));
  const kinds = [
    ["cheap", ofPreset("cheap")],
    ["strong", ofPreset("strong")],
    ["local", ofLocal],
  ] as const;
  return kinds.flatMap(([kind, services]) => {
    const choices = inTurn(services).slice(0, mostChoices);
    return choices.length === 0 ? [] : [{ kind, choices, agents: agentsOf(choices.slice(0, teamSize)) }];
  });
}

/** The first of every list, then the second of every list, and so on. */
function inTurn(lists: readonly (readonly Choice[])[]): readonly Choice[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** Agents on these models, five at most. Fewer than three models are taken again until there are three agents. */
export function agentsOf(chosen: readonly Choice[]): readonly ProposedAgent[] {
  const count = Math.min(mostAgents, Math.max(teamSize, chosen.length));
  const choices = Array.from({ length: count }, (_, at) => chosen[at % chosen.length]).filter(
    (one) => one !== undefined,
  );
  const taken = new Set<string>(["orchestrator"]);
  return choices.map(({ type, model }) => {
    const id = freeId(model, taken);
    taken.add(id);
    const shared = choices.filter((other) => other.type === type && other.model === model).length > 1;
    return { id, type, model, ...(shared && { temperature: sharedTemperature }) };
  });
}

const longestId = 32;

/** `gpt-4o` for `openai/gpt-4o`, `llama3.2-3b` for `llama3.2:3b`, and `gpt-4o-2` where that is taken. */
function freeId(model: string, taken: ReadonlySet<string>): string {
  const name = model.slice(model.lastIndexOf("/") + 1).replace(/:latest$/, "");
  const legal = name.replaceAll(/[^A-Za-z0-9._-]/g, "-").slice(0, longestId);
  const base = /[A-Za-z0-9]/.test(legal) ? legal : "agent";
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  return id;
}
