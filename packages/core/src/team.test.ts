import { describe, expect, it } from "vitest";
import { MassgenError } from "./errors.ts";
import { phaseOf, scriptedModel, type ScriptedReply } from "./testing/scripted-model.ts";
import { createTeam } from "./team.ts";
import { defaultSettings } from "./coordination/settings.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("createTeam", () => {
  it("takes at least one agent", () => {
    const error = thrownBy(() => createTeam({ agents: [] }));
    expect(MassgenError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: "configuration", message: "a team needs at least one agent" });
  });

  it("takes no id twice", () => {
    const model = scriptedModel(() => "yes");
    const agents = ["a", "b", "a"].map((id) => ({ id, model }));
    expect(thrownBy(() => createTeam({ agents }))).toMatchObject({ code: "configuration" });
  });

  it.each(["a b", "", "a@2", "orchestrator", "[a]"])(
    "refuses the id %j, which could be taken for something else",
    (id) => {
      expect(thrownBy(() => createTeam({ agents: [{ id, model: scriptedModel(() => "yes") }] }))).toMatchObject({
        code: "configuration",
      });
    },
  );

  it("fills in the defaults", () => {
    const agents = [{ id: "a", model: scriptedModel(() => "yes") }];
    expect(createTeam({ agents }).settings).toEqual(defaultSettings);
    expect(createTeam({ agents, coordination: { earlyStop: false } }).settings).toEqual({
      ...defaultSettings,
      earlyStop: false,
    });
  });

  it("takes a rule that is undefined as one that is not given", () => {
    const agents = [{ id: "a", model: scriptedModel(() => "yes") }];
    expect(createTeam({ agents, coordination: { traces: undefined } }).settings).toEqual(defaultSettings);
  });

  it("takes a single limit, and keeps the others", () => {
    const agents = [{ id: "a", model: scriptedModel(() => "yes") }];
    const coordination = { limits: { idleMs: 5000, totalMs: undefined }, budget: { maxCalls: 9 } };
    expect(createTeam({ agents, coordination }).settings).toEqual({
      ...defaultSettings,
      limits: { ...defaultSettings.limits, idleMs: 5000 },
      budget: { maxCalls: 9 },
    });
  });

  it.each([
    { maxNewAnswersPerAgent: 4 },
    { maxNewAnswersPerAgent: 0 },
    { quorum: 2 },
    { stragglerGraceMs: 1 },
    { quorum: 1, stragglerGraceMs: 1, exhaustive: true },
    { lazy: "always" as "on" },
    { exhaustive: "yes" as unknown as boolean },
    { deadlineMs: 0 },
    { deadlineMs: Number.NaN },
    { quorum: 2, stragglerGraceMs: 1 },
    { budget: { maxCalls: 0 } },
    { quorum: 2, stragglerGraceMs: 1 },
    { budget: { maxCalls: 0 } },
  ])("refuses rules out of their range: %o", (coordination) => {
    const agents = [{ id: "a", model: scriptedModel(() => "yes") }];
    expect(thrownBy(() => createTeam({ agents, coordination }))).toMatchObject({ code: "configuration" });
  });

  it("calls nobody before a run", () => {
    const model = scriptedModel(() => "yes");
    createTeam({ agents: [{ id: "a", model }] });
    expect(model.requests).toEqual([]);
  });

  it("answers in three lines", async () => {
    const team = createTeam({ agents: [{ id: "a", model: scriptedModel(() => "Because of scattering.") }] });
    const { text, receipt } = await team.run({ messages }).answer();
    expect(text).toBe("Because of scattering.");
    expect(receipt.outcome).toBe("single");
  });

  it("runs as often as it is asked to, each run on its own", async () => {
    const model = scriptedModel((_, n) => `answer ${n}`);
    const team = createTeam({ agents: [{ id: "a", model }] });
    const [one, two] = [team.run({ messages }), team.run({ messages })];
    expect(one.id).not.toBe(two.id);
    expect([(await one.answer()).text, (await two.answer()).text]).toEqual(["answer 1", "answer 2"]);
  });
});

describe("a request", () => {
  const model = scriptedModel(() => "yes");
  const team = createTeam({ agents: [{ id: "a", model }] });

  it("needs a message", () => {
    expect(thrownBy(() => team.run({ messages: [] }))).toMatchObject({ code: "invalid-request", param: "messages" });
  });

  it.each([
    ["vote", ["massgen_vote", "massgen_new_answer"]],
    ["new_answer", ["massgen_vote", "massgen_new_answer"]],
    ["massgen_vote", ["vote", "new_answer"]],
  ])("may bring a tool named %s: a ballot's tools are called otherwise", async (name, offered) => {
    const ballots: (string[] | undefined)[] = [];
    const agents = ["a", "b", "c"].map((id) => ({
      id,
      model: scriptedModel((request): ScriptedReply => {
        if (phaseOf(request) !== "ballot") return { toolCalls: [{ id: "1", name, arguments: `{"by":"${id}"}` }] };
        ballots.push(request.tools?.map((tool) => tool.name));
        const vote = { id: "2", name: offered[0] ?? "", arguments: '{"agent_id":"agent1","reason":"It fits."}' };
        return { toolCalls: [vote] };
      }),
    }));
    const run = createTeam({ agents, coordination: { finalAnswer: "select" } }).run({
      messages,
      tools: [{ name, parameters: { type: "object", properties: { by: { type: "string" } } } }],
    });
    const { toolCalls, receipt } = await run.answer();
    expect(toolCalls).toMatchObject([{ name }]);
    expect(receipt.votes.length).toBeGreaterThan(0);
    expect(ballots[0]).toEqual(offered);
  });

  it.each([
    [{ toolChoice: "required" as const }, "there are no tools"],
    [{ toolChoice: "required" as const, tools: [] }, "there are no tools"],
    [{ toolChoice: { name: "find" }, tools: [{ name: "look" }] }, "`find`"],
  ])("may not demand a call of a tool that is not there: %j", (request, said) => {
    expect(thrownBy(() => team.run({ messages, ...request }))).toMatchObject({
      code: "invalid-request",
      param: "tool_choice",
      message: expect.stringContaining(said),
    });
  });

  it("needs a response format that can be checked", async () => {
    const responseFormat = { type: "json-schema", name: "a", schema: { $ref: "#/nowhere" } } as const;
    await expect(team.run({ messages, responseFormat }).answer()).rejects.toMatchObject({
      code: "invalid-request",
      param: "response_format",
    });
  });

  it("that is refused calls nobody", () => {
    expect(model.requests).toEqual([]);
  });

  it("may name its run", () => {
    expect(team.run({ messages, runId: "run_mine" }).id).toBe("run_mine");
  });
});
