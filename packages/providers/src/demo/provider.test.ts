import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest, ModelEvent } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { createRegistry } from "../registry.ts";

const question: ChatRequest = { messages: [{ role: "user", content: "Why is the sky blue?" }] };

function team(options: Record<string, unknown> = {}): ChatModel[] {
  const registry = createRegistry({ env: {} });
  return [1, 2, 3].map(() => registry.createModel({ type: "demo", options }));
}
function showing(texts: readonly string[], tools?: ChatRequest["tools"]): ChatRequest {
  const blocks = texts.map((text, index) => `<agent${index + 1}>\n${text}\n</agent${index + 1}>\n`).join("");
  const shown = `<CURRENT ANSWERS>\n${blocks}</CURRENT ANSWERS>\nChoose.`;
  return {
    messages: [...question.messages, { role: "user", content: shown }],
    ...(tools !== undefined && { tools, toolChoice: "required" }),
  };
}
const ballot = [{ name: "vote", parameters: { properties: { agent_id: { enum: ["agent1", "agent2"] } } } }];

async function draftsOf(models: readonly ChatModel[]): Promise<string[]> {
  return Promise.all(models.map(async (model) => (await collect(model.stream(question))).text));
}
async function voteOf(model: ChatModel, request: ChatRequest): Promise<{ agent_id: string; reason: string }> {
  const { events } = await collect(model.stream(request));
  const [call, finish] = events;
  expect(finish).toEqual({ type: "finish", reason: "tool-calls" });
  if (call?.type !== "tool-call" || call.name !== "vote") throw new Error("no vote");
  return JSON.parse(call.arguments) as { agent_id: string; reason: string };
}

test("three demo agents: three drafts, the same ones every time, none passing for a model's", async () => {
  const drafts = await draftsOf(team());
  expect(new Set(drafts).size).toBe(3);
  expect(await draftsOf(team())).toEqual(drafts);
  for (const draft of drafts) expect(draft).toMatch(/no model was called[\s\S]*Why is the sky blue\?/);
});

test("voters who do not see their own draft still make a majority", async () => {
  const models = team();
  const drafts = await draftsOf(models);
  const chosen = await Promise.all(
    models.map(async (model, own) => {
      const others = drafts.filter((_draft, index) => index !== own);
      const { agent_id, reason } = await voteOf(model, showing(others, ballot));
      expect(reason).not.toBe("");
      return others[Number(agent_id.slice(5)) - 1];
    }),
  );
  const votes = drafts.map((draft) => chosen.filter((choice) => choice === draft).length);
  expect(Math.max(...votes)).toBe(2);
});

test("a vote without visible answers is still a valid one", async () => {
  const [model] = team();
  if (model === undefined) throw new Error("no model");
  expect((await voteOf(model, { ...question, tools: ballot })).agent_id).toBe("agent1");
});

test("presenting builds on the drafts", async () => {
  const models = team();
  const drafts = await draftsOf(models);
  const { text, events } = await collect((models[0] as ChatModel).stream(showing(drafts)));
  expect(text).toMatch(/no model was called/);
  for (const word of ["planner", "builder", "reviewer"]) expect(text).toContain(word);
  expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
});

test("a JSON Schema is met", async () => {
  const schema = {
    type: "object",
    required: ["answer", "score", "tags", "kind"],
    properties: {
      answer: { type: "string", maxLength: 10 },
      score: { $ref: "#/$defs/score" },
      tags: { type: "array", items: { type: "boolean" }, minItems: 1 },
      kind: { anyOf: [{ const: "demo" }, { type: "null" }] },
      extra: { type: "string" },
    },
    $defs: { score: { type: "integer", minimum: 3 } },
  };
  const [model] = team();
  const answer = await collect(
    (model as ChatModel).stream({ ...question, responseFormat: { type: "json-schema", name: "a", schema } }),
  );
  expect(JSON.parse(answer.text)).toEqual({ answer: "This is Ma", score: 3, tags: [false], kind: "demo" });
});

describe("pace", () => {
  test("an abort during the latency ends it", async () => {
    const [model] = team({ latency_ms: 3_600_000 });
    const controller = new AbortController();
    const reading = collect((model as ChatModel).stream({ ...question, signal: controller.signal }));
    setImmediate(() => controller.abort());
    expect((await reading).error?.code).toBe("aborted");
  });
  test("the latency counts as waiting for the first byte", async () => {
    const [model] = team({ latency_ms: 3_600_000 });
    const { error } = await collect((model as ChatModel).stream({ ...question, limits: { firstByteMs: 20 } }));
    expect(error?.message).toContain("first-byte limit");
  });
  test("tokens per second come one by one", async () => {
    const [model] = team({ tokens_per_second: 0.001 });
    const seen: ModelEvent[] = [];
    const reading = (async () => {
      for await (const event of (model as ChatModel).stream({ ...question, limits: { idleMs: 20 } })) seen.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ code: "timeout" });
    expect(seen).toEqual([{ type: "text-delta", text: "This " }]);
  });
});
