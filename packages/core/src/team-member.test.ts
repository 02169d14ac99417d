import { describe, expect, it } from "vitest";
import type { ChatModel } from "./model/chat-model.ts";
import { scriptedModel } from "./testing/scripted-model.ts";
import { agentsOf } from "./team-member.ts";
import { createTeam } from "./team.ts";

function named(model: string, more: Partial<ChatModel> = {}): ChatModel {
  return { ...scriptedModel(() => "yes"), model, ...more };
}

describe("a bare model as an agent", () => {
  it("answers in a team", async () => {
    const team = createTeam({ agents: [scriptedModel(() => "yes"), scriptedModel(() => "yes")] });
    expect((await team.run({ messages: [{ role: "user", content: "Is it so?" }] }).answer()).text).toBe("yes");
  });

  it("is named after its model, and its systemMessage may come without an id", () => {
    const model = named("gpt-4o");
    expect(agentsOf([model, { model, systemMessage: "Be brief." }])).toEqual([
      { id: "gpt-4o", model },
      { id: "gpt-4o-2", model, systemMessage: "Be brief." },
    ]);
  });

  it("takes no id that another agent has, wherever that stands", () => {
    const ids = agentsOf([named("m"), named("m"), { id: "m", model: named("x") }, { id: "m-3", model: named("x") }]);
    expect(ids.map(({ id }) => id)).toEqual(["m-2", "m-4", "m", "m-3"]);
  });

  it.each([
    ["vendor/model:7b", "vendor-model-7b"],
    ["orchestrator", "orchestrator-2"],
    ["__proto__", "--proto--"],
    ["模型", "agent"],
    ["", "agent"],
    ["m".repeat(1000), "m".repeat(64)],
  ])("a model called %j makes the id %j", (model, id) => {
    const team = createTeam({ agents: [named(model)] });
    expect(team.agents.map((agent) => agent.id)).toEqual([id]);
  });

  it("is local where its model says so, unless the agent says otherwise", () => {
    const model = named("llama", { capabilities: { local: true } });
    expect(agentsOf([model, { model }, { model, local: false }]).map(({ local }) => local)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
