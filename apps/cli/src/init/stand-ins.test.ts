import { describe, expect, it } from "vitest";
import { agentsOf } from "./propose-team.ts";
import { withStandIns } from "./stand-ins.ts";

const choice = (name: string) => ({ type: name.charAt(0), model: name });
const choices = (...names: readonly string[]) => names.map(choice);

/** What becomes of a team in which these models are missing. */
function mended(team: readonly string[], missing: readonly string[], untried: readonly string[]) {
  const agents = agentsOf(choices(...team));
  const lost = agents.filter(({ model }) => missing.includes(model));
  const { agents: now, replaced } = withStandIns(agents, lost, choices(...untried));
  return { models: now.map(({ model }) => model), replaced: replaced.map(({ by }) => by.model) };
}

describe("a model that is missing", () => {
  it.each([
    ["the next of its service", ["b1"], ["a2", "b2"], ["a1", "b2", "c1"]],
    ["the next of any, where its service has no other", ["b1"], ["a2", "a3"], ["a1", "a2", "c1"]],
    ["each its own", ["a1", "b1"], ["c2", "a2", "c3"], ["a2", "c2", "c1"]],
    ["as far as there are any", ["a1", "b1"], ["a2"], ["a2", "b1", "c1"]],
    ["nothing where none is left", ["a1"], [], ["a1", "b1", "c1"]],
    ["nothing where none is missing", [], ["a2"], ["a1", "b1", "c1"]],
  ])("%s", (_, missing, untried, models) => {
    expect(mended(["a1", "b1", "c1"], missing, untried).models).toEqual(models);
  });

  it("of several agents: each gets a model of its own, and chance is no longer needed", () => {
    const agents = agentsOf(choices("a1"));
    const { agents: now } = withStandIns(agents, agents, choices("a2", "a3", "a4"));
    expect(now).toEqual(agentsOf(choices("a2", "a3", "a4")));
    expect(now.some(({ temperature }) => temperature !== undefined)).toBe(false);
  });
});
