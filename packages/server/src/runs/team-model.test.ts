import { createTeam } from "@massgen/core";
import { scriptedModel } from "@massgen/core/testing";
import { expect, test } from "vitest";
import { teamModel } from "./team-model.ts";

const head = { id: "massgen", ownedBy: "massgen", created: 1 };

function described(...agents: readonly (readonly [window?: number, output?: number])[]): object {
  const members = agents.map(([contextTokens, maxOutputTokens], at) => ({
    id: `a${at}`,
    model: scriptedModel(() => "", { capabilities: { ...(contextTokens !== undefined && { contextTokens }) } }),
    ...(maxOutputTokens !== undefined && { sampling: { maxOutputTokens } }),
  }));
  return teamModel(createTeam({ agents: members }), head);
}

test("the least of the agents", () => {
  expect(described([8192, 900], [4096, 1000])).toEqual({ ...head, contextTokens: 4096, maxOutputTokens: 900 });
});

test("unknown if one agent's is", () => {
  expect(described([8192, 900], [undefined, 1000])).toEqual({ ...head, maxOutputTokens: 900 });
  expect(described([8192], [4096, 1000])).toEqual({ ...head, contextTokens: 4096 });
  expect(described([])).toEqual(head);
});
