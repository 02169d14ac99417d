import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { createLadder } from "@massgen/provider-kit/forcing";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { chatLessons } from "../openai-compatible/lessons.ts";
import { chatBody } from "../openai-compatible/request.ts";
import { vendors } from "../openai-compatible/vendors.ts";
import { rungsOf } from "../openai-compatible/vendor.ts";
import { createRemedyMemory } from "./remedy-memory.ts";
import { sendMended } from "./send-mended.ts";

// Services that refuse whatever they like, by whatever words: what they taught never costs a later call.

interface Rule {
  readonly refuses: (body: JsonObject) => boolean;
  readonly status: number;
  readonly says: string;
}

const fields = ["seed", "temperature", "top_p", "reasoning_effort", "stream_options", "parallel_tool_calls", "stop"];
const roles = (body: JsonObject): string => (body["messages"] as { role: string }[]).map(({ role }) => role).join(" ");

/** What a service may refuse. */
const faults: readonly ((body: JsonObject) => boolean)[] = [
  ...fields.map((field) => (body: JsonObject) => field in body),
  ...fields.map((field) => (body: JsonObject) => field in body && "tools" in body),
  (body) => Number(body["max_tokens"]) > 4096,
  (body) => "max_tokens" in body,
  (body) => body["stream"] === true,
  (body) => "tools" in body,
  (body) => "response_format" in body,
  (body) => "response_format" in body && "tools" in body,
  (body) => body["tool_choice"] === "required",
  (body) => roles(body).includes("system"),
  (body) => roles(body).includes("tool user"),
  (body) => roles(body).includes("tool") && !("tools" in body),
  (body) => roles(body).includes("user user"),
  () => true,
];

const words = [
  ...fields.map((field) => `Unsupported parameter: '${field}'`),
  ...fields.map((field) => `${field} must be 1`),
  ...fields.map((field) => `${field} cannot be used with tools for this model`),
  "max_tokens must be at most 4096",
  "max_tokens: 9000 > 4096",
  "Unsupported parameter: max_tokens",
  "max_tokens and max_completion_tokens are not supported",
  "stream is not supported",
  "does not support tools",
  "tool_choice is not supported",
  "tool_choice: expected one of auto, any",
  "thinking is not supported with tool_choice",
  "response_format is not supported",
  "invalid schema for response_format",
  "System role not supported",
  "Unexpected role 'user' after role 'tool'",
  "roles must alternate user/assistant",
  "messages with tool turns require tools",
  "Bad Request",
  "",
];

const rule: fc.Arbitrary<Rule> = fc.record({
  refuses: fc.constantFrom(...faults),
  status: fc.constantFrom(400, 422, 400, 404, 500),
  says: fc.constantFrom(...words),
});

/**
 * Each with words of its own: two faults under the very same words are one to the client. Against such a pair a guess
 * counts as vain where the other fault comes next, so that what ends well depends on what else came between.
 */
const rules = fc.uniqueArray(rule, { maxLength: 4, selector: ({ status, says }) => `${status} ${says}` });

const tools = [{ name: "vote" }];
const call: Message[] = [
  { role: "assistant", content: "", toolCalls: [{ id: "c", name: "vote", arguments: "{}" }] },
  { role: "tool", toolCallId: "c", content: "r" },
];
const request: fc.Arbitrary<ChatRequest> = fc
  .record({
    system: fc.boolean(),
    turns: fc.boolean(),
    tools: fc.boolean(),
    forced: fc.boolean(),
    format: fc.boolean(),
    sampling: fc.record(
      {
        seed: fc.constant(1),
        temperature: fc.constant(0.5),
        topP: fc.constant(0.5),
        stop: fc.constant(["a", "b", "c", "d", "e"]),
        maxOutputTokens: fc.constant(9000),
        reasoningEffort: fc.constant("high"),
      },
      { requiredKeys: [] },
    ),
  })
  .map((asked) => ({
    messages: [
      ...(asked.system ? [{ role: "system", content: "s" } as const] : []),
      { role: "user", content: "a" },
      ...(asked.turns ? call : []),
      { role: "user", content: "b" },
    ],
    ...(asked.tools && { tools, toolChoice: asked.forced ? "required" : "auto", parallelToolCalls: false }),
    ...(asked.format && { responseFormat: { type: "json-schema", name: "n", schema: {} } }),
    sampling: asked.sampling,
  }));

const [vendor] = vendors.filter(({ type }) => type === "deepseek");

/** A service by its rules, and a client of it that asks as often as a run does. */
function client(rules: readonly Rule[]) {
  const memory = createRemedyMemory();
  const ladder = createLadder(rungsOf(vendor!));
  let calls = 0;
  const bodies: JsonObject[] = [];

  async function once(asked: ChatRequest): Promise<"taken" | number> {
    const descent = ladder.begin(asked);
    const sent = await sendMended(
      {
        lessons: chatLessons,
        memory,
        draftOf: (one, withoutThinking) =>
          chatBody(
            "m",
            vendor!,
            one,
            { sampling: {}, fields: {}, extraBody: {} },
            { withoutThinking: withoutThinking || descent?.rung() === "without-thinking" },
          ),
        async post(body) {
          calls += 1;
          bodies.push(body);
          const refused = rules.find(({ refuses }) => refuses(body));
          return refused === undefined
            ? { type: "answer", response: { status: 200, headers: new Headers(), body: undefined } }
            : { type: "refusal", failure: { status: refused.status, message: refused.says } };
        },
      },
      asked,
      descent,
    );
    return sent.type === "answer" ? "taken" : (sent.failure.status ?? 0);
  }
  return {
    bodies,
    /** One run: a service's own failure is asked again, twice at most, as the host does. */
    run: async (asked: ChatRequest) => {
      calls = 0;
      let end = await once(asked);
      for (let again = 0; again < 2 && end === 500; again += 1) end = await once(asked);
      return { calls, end };
    },
  };
}

test("one more run of the same request never makes more calls than the run before, and ends no worse", async () => {
  await fc.assert(
    fc.asyncProperty(rules, fc.array(request, { minLength: 1, maxLength: 3 }), async (rules, asked) => {
      const { run } = client(rules);
      for (const one of asked) {
        const first = await run(one);
        let before = first;
        for (let more = 1; more <= 4; more += 1) {
          const next = await run(one);
          expect(next.calls).toBeLessThanOrEqual(before.calls);
          if (before.end === "taken") expect(next.end).toBe("taken");
          // What was asked for in words is known at once; what was guessed has to prove itself in a second run.
          if (first.end === "taken" && more > 1) expect(next.calls).toBe(1);
          before = next;
        }
      }
    }),
  );
});

test("one more run of the same request never makes more calls, whatever words services use twice", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { maxLength: 4 }),
      fc.array(request, { minLength: 1, maxLength: 3 }),
      async (served, asked) => {
        const { run } = client(served);
        for (const one of asked) {
          let before = await run(one);
          for (let more = 1; more <= 4; more += 1) {
            const next = await run(one);
            expect(next.calls).toBeLessThanOrEqual(before.calls);
            before = next;
          }
        }
      },
    ),
  );
});

const within = (field: string) => (body: JsonObject) => field in body;
const talk: Message[] = ["a", "b"].map((content) => ({ role: "user", content }));
const seeded: ChatRequest = { messages: talk, sampling: { seed: 1 } };
const manyStops: ChatRequest = { messages: talk, sampling: { seed: 1, stop: ["a", "b", "c", "d", "e"] } };
const toolTurn: Message[] = [{ role: "user", content: "a" }, ...call, { role: "user", content: "b" }];

/** What was found, and what one run after the other costs. */
const foundOnce: [string, Rule[], ChatRequest, string][] = [
  [
    "a failure that a remedy helped against is not hopeless because another refusal came behind it",
    [
      {
        refuses: (body) => roles(body).includes("user user"),
        status: 500,
        says: "Unexpected role 'user' after role 'tool'",
      },
      { refuses: within("seed"), status: 400, says: "tool_choice is not supported" },
    ],
    seeded,
    "2 400, 1 400, 1 400",
  ],
  [
    "what solved one failure is remembered though another came behind it: of two remedies the second",
    [
      { refuses: within("stop"), status: 500, says: "stop must be 1" },
      { refuses: within("seed"), status: 500, says: "stream_options cannot be used with tools for this model" },
    ],
    manyStops,
    "8 500, 3 500, 3 500",
  ],
  [
    "what solved one failure is remembered: a single remedy",
    [
      { refuses: within("reasoning_effort"), status: 500, says: "reasoning_effort must be 1" },
      { refuses: within("seed"), status: 500, says: "messages with tool turns require tools" },
    ],
    { messages: talk, sampling: { seed: 1, reasoningEffort: "high" } },
    "5 500, 3 500, 3 500",
  ],
  [
    "what solved one failure is remembered: a field of tools",
    [
      { refuses: within("parallel_tool_calls"), status: 500, says: "parallel_tool_calls must be 1" },
      { refuses: within("seed"), status: 500, says: "Unsupported parameter: 'top_p'" },
    ],
    { ...seeded, tools, toolChoice: "auto", parallelToolCalls: false },
    "5 500, 3 500, 3 500",
  ],
  [
    "a remedy is not remembered without the one that has to come before it",
    [
      {
        refuses: (body) => roles(body).includes("user user"),
        status: 500,
        says: "Unsupported parameter: 'seed'",
      },
      { refuses: within("stop"), status: 500, says: "stop must be 1" },
      { refuses: within("seed"), status: 400, says: "Unsupported parameter: 'parallel_tool_calls'" },
    ],
    { ...manyStops, messages: toolTurn },
    "10 500, 3 500, 3 500",
  ],
  [
    "a limit that is left out at last is remembered though a smaller one was tried before",
    [
      { refuses: (body) => Number(body["max_tokens"]) > 4096, status: 500, says: "max_tokens: 9000 > 4096" },
      { refuses: within("max_tokens"), status: 400, says: "max_tokens must be at most 4096" },
    ],
    { messages: talk, sampling: { maxOutputTokens: 9000 } },
    "4 taken, 1 taken, 1 taken",
  ],
  [
    "a lower rung that was tried in vain solves nothing",
    [
      {
        refuses: (body) => roles(body).includes("user user"),
        status: 400,
        says: "response_format is not supported",
      },
      {
        refuses: (body) => "stream_options" in body && "tools" in body,
        status: 400,
        says: "Unsupported parameter: 'seed'",
      },
    ],
    {
      messages: talk,
      tools,
      toolChoice: "required",
      parallelToolCalls: false,
      sampling: {
        temperature: 0.5,
        topP: 0.5,
        stop: ["a", "b", "c", "d", "e"],
        maxOutputTokens: 9000,
        reasoningEffort: "high",
      },
    },
    "13 400, 1 400, 1 400",
  ],
];
test.each(foundOnce)("%s", async (_, served, asked, expected) => {
  const { run } = client(served);
  const runs: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { calls, end } = await run(asked);
    runs.push(`${calls} ${end}`);
  }
  expect(runs.join(", ")).toBe(expected);
});

test("a body that was refused before is known by what was said to it, behind remembered remedies too", async () => {
  const { run } = client([
    {
      refuses: (body) => roles(body).includes("tool user"),
      status: 400,
      says: "Unexpected role 'user' after role 'tool'",
    },
    { refuses: within("seed"), status: 500, says: "System role not supported" },
    { refuses: within("tools"), status: 400, says: "Unsupported parameter: 'seed'" },
  ]);
  await run({ messages: toolTurn, tools, toolChoice: "auto", parallelToolCalls: false });
  const asked: ChatRequest = { messages: [{ role: "system", content: "s" }, ...toolTurn], sampling: { seed: 1 } };
  const first = await run(asked);
  expect(first.calls).toBeLessThanOrEqual(6);
  expect(await run(asked)).toEqual({ calls: 3, end: 500 });
});

test("a remedy that no request was accepted with does not keep other requests from being accepted", async () => {
  const { run } = client([
    {
      refuses: (body) => roles(body).includes("user user"),
      status: 500,
      says: "parallel_tool_calls cannot be used with tools for this model",
    },
    { refuses: (body) => roles(body).includes("system"), status: 400, says: "parallel_tool_calls must be 1" },
  ]);
  const refused = await run({ messages: [{ role: "system", content: "s" }, ...toolTurn] });
  expect(refused.end).toBe(500);
  expect((await run({ messages: toolTurn })).end).toBe("taken");
  expect(await run({ messages: toolTurn })).toEqual({ calls: 1, end: "taken" });
});

test("a call's tries come to an end, and no body is sent twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { maxLength: 6 }), request, async (rules, asked) => {
      const { run, bodies } = client(rules.filter(({ status }) => status !== 500));
      const { calls } = await run(asked);
      expect(calls).toBeLessThanOrEqual(30);
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(bodies.length);
    }),
  );
});

test("what is refused in one circumstance is sent in every other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...fields), request, async (field, asked) => {
      const { run, bodies } = client([
        { refuses: (body) => field in body && "tools" in body, status: 400, says: `Unsupported: ${field} with tools` },
      ]);
      await run({ ...asked, tools, toolChoice: "auto", parallelToolCalls: false });
      const plain: ChatRequest = { messages: asked.messages, ...(asked.sampling && { sampling: asked.sampling }) };
      await run(plain);
      const { own } = chatBody(
        "m",
        vendor!,
        plain,
        { sampling: {}, fields: {}, extraBody: {} },
        { withoutThinking: false },
      );
      expect(bodies.at(-1)).toEqual(own);
    }),
  );
});
