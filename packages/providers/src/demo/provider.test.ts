import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest, JsonSchema, ModelEvent } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { createRegistry } from "../registry.ts";
import { sampleOf } from "./sample.ts";

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
  expect(finish).toMatchObject({ type: "finish", reason: "tool-calls" });
  if (call?.type !== "tool-call" || call.name !== "vote") throw new Error("no vote");
  return JSON.parse(call.arguments) as { agent_id: string; reason: string };
}

test("three demo agents: three drafts, the same ones every time, none passing for a model's", async () => {
  const drafts = await draftsOf(team());
  expect(new Set(drafts).size).toBe(3);
  expect(await draftsOf(team())).toEqual(drafts);
  for (const draft of drafts) expect(draft).toMatch(/Why is the sky blue\?[\s\S]*no model was called/);
});

test("its tokens are words, and it counts them", async () => {
  const [model] = team();
  if (model === undefined) throw new Error("no model");
  const { events, text } = await collect(model.stream(question));
  const words = text.split(/\s+/).length;
  expect(events.at(-1)).toMatchObject({ usage: { inputTokens: 5, outputTokens: words, totalTokens: 5 + words } });
});

describe("a vote", () => {
  /** Everybody judges the drafts of the others. */
  async function votes(asked: string) {
    const models = team();
    const request: ChatRequest = { messages: [{ role: "user", content: asked }] };
    const drafts = await Promise.all(models.map(async (model) => (await collect(model.stream(request))).text));
    const cast = models.map(async (model, own) => {
      const others = drafts.filter((_draft, index) => index !== own);
      const { messages, ...rest } = showing(others, ballot);
      const { agent_id, reason } = await voteOf(model, {
        ...rest,
        messages: [...request.messages, ...messages.slice(-1)],
      });
      return { draft: drafts.indexOf(others[Number(agent_id.slice(5)) - 1] ?? ""), reason };
    });
    return { drafts, cast: await Promise.all(cast) };
  }

  test("goes to a right draft, and says what the flawed one got wrong", async () => {
    const { drafts, cast } = await votes("What is 25 * 4?");
    expect(drafts.map((draft) => draft.slice(0, 14))).toEqual([
      "25 * 4 = 100.\n",
      "25 * 4 = 80.\n\n",
      "25 * 4 = 100. ",
    ]);
    expect(cast.map(({ draft }) => draft)).toEqual([2, 0, 0]);
    expect(cast.map(({ reason }) => reason)).toEqual([
      "I get 100 too; agent1 says 80.",
      "I get 80, but the others say 100.",
      "I get 100 too; agent2 says 80.",
    ]);
  });

  test("claims no merit where nothing was worked out, and still makes a majority", async () => {
    const { drafts, cast } = await votes("Why is the sky blue?");
    for (const draft of drafts) expect(draft).toContain("no model was called");
    const counts = drafts.map((_, at) => cast.filter(({ draft }) => draft === at).length);
    expect(Math.max(...counts)).toBe(2);
    for (const { reason } of cast) expect(reason).toMatch(/without merit: no answer is better/);
  });
});

test("programs that come to the same say the same", async () => {
  const request: ChatRequest = { messages: [{ role: "user", content: "What is 2 + 2?" }] };
  const [first, second] = await Promise.all(team().map(async (model) => (await collect(model.stream(request))).text));
  expect(first).toMatch(/^2 \+ 2 = 4\.\n/);
  expect(second).toBe(first);
});

test("the final answer is what most drafts say, with the drafts", async () => {
  const sum: ChatRequest = { messages: [{ role: "user", content: "What is 25 * 4?" }] };
  const models = team();
  const drafts = await Promise.all(models.map(async (model) => (await collect(model.stream(sum))).text));
  for (const model of models) {
    const messages = [...sum.messages, ...showing(drafts).messages.slice(-1)];
    const { text } = await collect(model.stream({ messages }));
    expect(text).toMatch(/^25 \* 4 = 100\.\n/);
    for (const part of ["- 25 * 4 = 80.", "from 3 drafts", "no model was called", "massgen init"])
      expect(text).toContain(part);
  }
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
  expect(events.at(-1)).toMatchObject({ type: "finish", reason: "stop" });
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

describe("a JSON Schema of any kind", () => {
  const node = {
    type: "object",
    required: ["value", "next"],
    properties: { value: { type: "integer" }, next: { anyOf: [{ $ref: "#" }, { type: "null" }] } },
  };
  test.each<[string, JsonSchema, unknown]>([
    ["bounds far from 0", { type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 }, 0],
    ["a number below 0", { type: "number", maximum: -3 }, -3],
    ["an open bound", { type: "integer", exclusiveMinimum: 0 }, 1],
    ["a gap", { exclusiveMinimum: 0, maximum: 0.5, type: "number" }, 0.25],
    ["whole steps", { type: "integer", multipleOf: 5, minimum: 7 }, 10],
    ["whole steps below 0", { type: "integer", multipleOf: 5, exclusiveMaximum: -5 }, -10],
    ["a format", { type: "string", format: "date" }, "2000-01-01"],
    ["a pair", { prefixItems: [{ const: 1 }, { type: "boolean" }], type: "array" }, [1, false]],
    ["a value that refers to itself", node, { value: 0, next: { value: 0, next: null } }],
    [
      "parts that hold together",
      {
        allOf: [
          { $ref: "#/$defs/named" },
          { type: "object", required: ["age"], properties: { age: { type: ["integer", "null"] } } },
        ],
        $defs: { named: { type: "object", required: ["name"], properties: { name: { const: "demo" } } } },
      },
      { name: "demo", age: 0 },
    ],
    ["a choice", { oneOf: [{ required: ["a"], properties: { a: { const: 1 } } }, { type: "null" }] }, { a: 1 }],
  ])("%s", (_what, schema, value) => {
    expect(sampleOf(schema, "text")).toEqual(value);
  });
});

describe("a client's tools", () => {
  const parameters = {
    type: "object",
    required: ["city", "days"],
    properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 }, unit: { type: "string" } },
  };
  const tools = [{ name: "forecast", parameters }, { name: "ping" }];
  const asked = (model: ChatModel | undefined, rest: Partial<ChatRequest>): ReturnType<typeof collect> =>
    collect((model as ChatModel).stream({ ...question, tools, ...rest }));

  test.each<[string, ChatRequest["toolChoice"], string, unknown]>([
    ["any", "required", "forecast", { city: "demo", days: 1 }],
    ["one without parameters", { name: "ping" }, "ping", {}],
  ])("%s, when demanded, is called with arguments that fit, by all alike", async (_what, toolChoice, name, given) => {
    for (const model of team()) {
      const { events } = await asked(model, { toolChoice: toolChoice ?? "auto" });
      expect(events).toEqual([
        { type: "tool-call", id: "call_1", name, arguments: JSON.stringify(given) },
        { type: "finish", reason: "tool-calls", usage: expect.any(Object) },
      ]);
    }
  });

  test("are left alone otherwise, and the final answer says so, and what they gave back", async () => {
    const [model] = team();
    expect((await asked(model, { toolChoice: "auto" })).text).toContain("no model was called");
    const called = { id: "call_1", name: "ping", arguments: "{}" };
    const { messages } = showing(["one", "two"]);
    const { text } = await asked(model, {
      messages: [
        ...question.messages,
        { role: "assistant", content: "", toolCalls: [called] },
        { role: "tool", toolCallId: "call_1", name: "ping", content: "pong" },
        ...messages.slice(-1),
      ],
    });
    expect(text).toContain('ping gave back: "pong"');
    expect(text).toContain("tools (forecast, ping): the demo calls one only when tool_choice demands it");
  });
});

test("images are not seen, and the final answer says so", async () => {
  const [model] = team();
  const picture = { role: "user", content: [{ type: "image", url: "https://example.com/cat.png" }] } as const;
  const { messages } = showing(["one", "two"]);
  const { text } = await collect((model as ChatModel).stream({ messages: [picture, ...messages.slice(-1)] }));
  expect(text).toContain("You sent images: the demo sees none.");
  expect(text).not.toContain("asked nothing");
});

test("JSON is one honest sentence, not drafts inside of drafts", async () => {
  const [model] = team();
  const request: ChatRequest = { ...showing(['{"answer":"one"}', "two"]), responseFormat: { type: "json-object" } };
  const answer: unknown = JSON.parse((await collect((model as ChatModel).stream(request))).text);
  expect(answer).toEqual({
    answer: 'This is MassGen\'s offline demo: no model was called. You asked: "Why is the sky blue?"',
  });
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
    const { error } = await collect((model as ChatModel).stream({ ...question, limits: { firstTokenMs: 20 } }));
    expect(error?.message).toContain("first-token limit");
  });
  test("tokens per second come one by one", async () => {
    const [model] = team({ tokens_per_second: 0.001 });
    const seen: ModelEvent[] = [];
    const reading = (async () => {
      for await (const event of (model as ChatModel).stream({ ...question, limits: { idleMs: 20 } })) seen.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ code: "timeout" });
    expect(seen).toEqual([{ type: "text-delta", text: "Asked " }]);
  });
});

test.each([
  ["lists in lists", nested((items) => ({ type: "array", minItems: 100, items }), 12)],
  ["a circle with many branches", { type: "object", properties: branches(), required: Object.keys(branches()) }],
  ["a text of a gigabyte", { type: "object", properties: { a: { type: "string", minLength: 1e9 } }, required: ["a"] }],
  [
    "words that every object has",
    { type: "object", properties: { a: { format: "constructor" } }, required: ["a", "toString"] },
  ],
])("makes up a call of a tool whose schema asks for %s", async (_, parameters) => {
  const [model] = team();
  const tools = [{ name: "hostile", parameters }];
  const { events, error } = await collect((model as ChatModel).stream({ ...question, tools, toolChoice: "required" }));
  expect(error).toBeUndefined();
  const call = events.find((event) => event.type === "tool-call");
  expect(call?.arguments.length).toBeLessThan(1_000_000);
  expect(call?.arguments).not.toContain("native code");
});

function nested(level: (inner: object) => object, depth: number): JsonSchema {
  let schema: object = { type: "string" };
  for (let n = 0; n < depth; n += 1) schema = level(schema);
  return { type: "object", properties: { a: schema }, required: ["a"] };
}

function branches(): Record<string, object> {
  return Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`a${n}`, { $ref: "#" }]));
}
