import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { MassgenError } from "../../errors.ts";
import type { RunRequest } from "../../run-request.ts";
import { createTeam, type TeamOptions } from "../../team.ts";
import { labelOf, phaseOf, scriptedModel, vote, type ScriptedReply } from "../../testing/scripted-model.ts";
import type { RunEvent } from "../run-event.ts";
import { runEventSchema } from "./run-event-schema.ts";

const valid = new Ajv2020({ strict: true, allErrors: true }).compile(runEventSchema);
const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;
const usage = { inputTokens: 5, outputTokens: 2, totalTokens: 7 };

/** As whoever reads a stored log gets them. */
async function eventsOf(team: TeamOptions, request: Partial<RunRequest> = {}): Promise<RunEvent[]> {
  const run = createTeam(team).run({ messages, ...request });
  const events = await Array.fromAsync(run.events({ drafts: true }));
  return JSON.parse(JSON.stringify(events)) as RunEvent[];
}

function agent(draft: ScriptedReply, likes = "the sea", present: ScriptedReply = { pieces: ["It is ", "the sea."] }) {
  return scriptedModel((request) => {
    const phase = phaseOf(request);
    if (phase === "ballot") return vote(labelOf(request, likes), "clear");
    return phase === "draft" ? draft : present;
  });
}

const tools = [{ name: "look" }];
const call = { toolCalls: [{ id: "1", name: "look", arguments: "{}", opaque: { signature: "s" } }], usage };
const broken = new MassgenError("invalid-request", "no", { param: "messages", status: 400, usage });

const runs: Readonly<Record<string, () => Promise<RunEvent[]>>> = {
  "a vote": () => eventsOf({ agents: [agent({ text: "the sea", reasoning: "hm", usage }), agent("the light")] }),
  "agreement, answered whole": () => eventsOf({ agents: [agent("the sea"), agent("the sea")] }, { delivery: "whole" }),
  "one agent that reasons": () => eventsOf({ agents: [agent({ text: "the sea", reasoning: "hm" })] }),
  "tool calls": () => eventsOf({ agents: [agent(call), agent(call)] }, { tools }),
  "an agent that fails": () => eventsOf({ agents: [agent("the sea"), agent({ error: broken }), agent("the sea")] }),
  "nobody answers": () => eventsOf({ agents: [agent({ error: broken })] }),
  "a presentation that fails": () =>
    eventsOf({ agents: [agent("the sea", "the sea", { error: broken }), agent("the light")] }),
  "a budget": () => eventsOf({ agents: [agent("the sea"), agent("x")], coordination: { budget: { maxCalls: 2 } } }),
  "cancelled before it began": () => eventsOf({ agents: [agent("the sea")] }, { signal: AbortSignal.abort() }),
  "unusable ballots": () => eventsOf({ agents: ["the sea", "the light"].map((draft) => scriptedModel(() => draft)) }),
};

it.each(Object.entries(runs))("%s: every event keeps the schema", async (_, events) => {
  for (const event of await events()) expect([event, valid(event), valid.errors]).toEqual([event, true, null]);
});

it("nothing else does", async () => {
  const events = await eventsOf({ agents: [agent("the sea"), agent("the light")] });
  for (const event of events) {
    expect(valid({ ...event, opaque: {} })).toBe(false);
    expect(valid({ ...event, atMs: -1 })).toBe(false);
    expect(valid({ ...event, type: "run-continued" })).toBe(false);
    if (event.type !== "content-delta")
      expect(valid({ ...event, seq: event.seq === undefined ? 1 : undefined })).toBe(false);
  }
});

it("those runs show most kinds of events", async () => {
  const seen = new Set(
    (await Promise.all(Object.values(runs).map((events) => events()))).flat().map(({ type }) => type),
  );
  expect([...seen].toSorted()).toMatchInlineSnapshot(`
    [
      "agent-failed",
      "agreement-reached",
      "answer-started",
      "content-delta",
      "draft-delta",
      "draft-finished",
      "draft-started",
      "limit-reached",
      "presentation-failed",
      "presentation-started",
      "reasoning-delta",
      "reply-rejected",
      "round-started",
      "run-finished",
      "run-started",
      "tool-calls",
      "vote-abstained",
      "vote-cast",
      "winner-selected",
    ]
  `);
});
