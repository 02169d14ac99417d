import { describe, expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

// The refusals of a forced call as services word them, each played to the end: the vote comes, and the next one starts
// where it works.

const ballot: ChatRequest = {
  messages: [{ role: "user", content: "Which?" }],
  tools: [
    { name: "vote", parameters: { type: "object", properties: { agent_id: {}, reason: {} } } },
    { name: "new_answer", parameters: { type: "object", properties: { content: {} } } },
  ],
  toolChoice: "required",
  parallelToolCalls: false,
};
const args = '{"agent_id":"agent1","reason":"r"}';
const delta = (fields: object, finish: string | null = null): object => ({
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});

/** What a service refuses. */
const refused = {
  "force with thinking": (body: Exchange["body"]) => isForced(body) && !isOff(body),
  force: (body: Exchange["body"]) => isForced(body),
  "force, and to switch thinking off": (body: Exchange["body"]) => isForced(body) || isOff(body),
  tools: (body: Exchange["body"]) => "tools" in body,
  "hosts that take all": (body: Exchange["body"]) => "provider" in body,
} as const;

function isForced(body: Exchange["body"]): boolean {
  return "tools" in body && body["tool_choice"] !== "auto";
}
function isOff(body: Exchange["body"]): boolean {
  return "thinking" in body || "enable_thinking" in body;
}
function wayOf({ body }: Exchange): string {
  if ("tools" in body) return `${String(body["tool_choice"])}${isOff(body) ? " off" : ""}`;
  return "response_format" in body ? "schema" : "text";
}
function vote({ response, body }: Exchange): void {
  const call = { index: 0, id: "t1", function: { name: "vote", arguments: args } };
  const reply = "tools" in body ? { tool_calls: [call] } : { content: `{"tool":"vote","arguments":${args}}` };
  sendEvents(response, frames(delta(reply), delta({}, "tool_calls"), "[DONE]"));
}

const bed = testBed();

describe.each<[string, keyof typeof refused, number, object, string[]]>([
  [
    "deepseek",
    "force with thinking",
    400,
    { error: { message: "Thinking mode does not support this tool_choice", type: "invalid_request_error" } },
    ["required", "required off"],
  ],
  [
    "moonshot",
    "force with thinking",
    400,
    { error: { message: "tool_choice 'required' is incompatible with thinking enabled" } },
    ["required", "required off"],
  ],
  [
    "moonshot",
    "force, and to switch thinking off",
    400,
    {
      error: {
        message: "invalid thinking: only type=enabled is allowed for this model; not for tool_choice 'required'",
      },
    },
    ["required", "required off", "auto"],
  ],
  [
    "qwen",
    "force with thinking",
    400,
    {
      error: {
        message: "The tool_choice parameter does not support being set to required or object in thinking mode",
        code: "invalid_parameter_error",
      },
    },
    ["required", "required off"],
  ],
  [
    "cerebras",
    "force",
    400,
    { message: "must be one of auto, none", param: "tool_choice", code: "wrong_api_format" },
    ["required", "auto"],
  ],
  [
    "openrouter",
    "force",
    404,
    { error: { message: "No endpoints found that support the provided 'tool_choice' value.", code: 404 } },
    ["required", "auto"],
  ],
  [
    "openrouter",
    "hosts that take all",
    404,
    { error: { message: "No endpoints found that can handle the requested parameters.", code: 404 } },
    ["required", "auto"],
  ],
  [
    "openrouter",
    "force",
    400,
    {
      error: {
        message: "Provider returned error",
        code: 400,
        metadata: { raw: '{"message":"Thinking may not be enabled when tool_choice forces tool use."}' },
      },
    },
    ["required", "auto"],
  ],
  [
    "openrouter",
    "tools",
    404,
    { error: { message: "No endpoints found that support tool use.", code: 404 } },
    ["required", "schema"],
  ],
  [
    "together",
    "force",
    422,
    { error: { message: "tool_choice `required` is not supported for this model", param: "tool_choice" } },
    ["required", "auto"],
  ],
  [
    "fireworks",
    "force",
    400,
    { error: { message: "Extra inputs are not permitted, field: 'tool_choice', value: 'required'" } },
    ["required", "auto"],
  ],
  [
    "chatcompletion",
    "tools",
    400,
    {
      object: "error",
      message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      code: 400,
    },
    ["required", "auto", "schema"],
  ],
  [
    "chatcompletion",
    "tools",
    400,
    { error: { message: "registry.ollama.ai/library/gemma3:4b does not support tools", code: null } },
    ["required", "schema"],
  ],
  [
    "chatcompletion",
    "tools",
    500,
    { error: { message: "tools param requires --jinja flag", code: 500 } },
    ["required", "schema"],
  ],
  [
    "chatcompletion",
    "tools",
    501,
    { error: { message: "Function calling is not implemented" } },
    ["required", "schema"],
  ],
  [
    "chatcompletion",
    "force",
    200,
    { base_resp: { status_code: 2013, status_msg: "invalid params, tool_choice must be auto or none" } },
    ["required", "auto"],
  ],
])("%s refuses %s (HTTP %i %j)", (type, what, status, refusal, ways) => {
  test(`${ways.join(", ")}; then ${ways.at(-1)}`, async () => {
    bed.upstream = await startUpstream((exchange) =>
      refused[what](exchange.body) ? sendJson(exchange.response, status, refusal) : vote(exchange),
    );
    const baseUrl = `${bed.upstream.url}/v1`;
    const model = bed.registry.createModel({ type, model: "m", apiKey: "k-12345", baseUrl, options: {} });
    for (let round = 0; round < 2; round += 1) {
      const { calls, error } = await collect(model.stream(ballot));
      expect([error?.message, calls.map(({ name, arguments: text }) => `${name} ${text}`)]).toEqual([
        undefined,
        [`vote ${args}`],
      ]);
    }
    expect(bed.upstream.exchanges.map(wayOf)).toEqual([...ways, ways.at(-1)]);
  });
});

describe("refusals that do not say what they are about", () => {
  const bare = { error: { message: "Bad Request" } };
  /** How a service was asked, call after call. */
  async function ways(refuses: (body: Exchange["body"]) => boolean, calls: number, status = 400): Promise<string[][]> {
    bed.upstream = await startUpstream((exchange) =>
      refuses(exchange.body) ? sendJson(exchange.response, status, bare) : vote(exchange),
    );
    const baseUrl = `${bed.upstream.url}/v1`;
    const model = bed.registry.createModel({ type: "openai", model: "m", apiKey: "k-12345", baseUrl, options: {} });
    const seen: string[][] = [];
    for (let call = 0; call < calls; call += 1) {
      const before = bed.upstream.exchanges.length;
      await collect(model.stream({ ...ballot, messages: [{ role: "user", content: `Which? ${call}` }] }));
      seen.push([...new Set(bed.upstream.exchanges.slice(before).map(wayOf))]);
    }
    return seen;
  }

  test.each([
    ["of the force", refused.force, ["required", "auto"]],
    ["of tools", refused.tools, ["required", "auto", "schema"]],
  ])("%s: the rungs below are tried last, and what is taken is remembered", async (_name, refuses, first) => {
    expect(await ways(refuses, 2)).toEqual([first, first.slice(-1)]);
  });

  test("of something else: in vain the rungs are tried once, and the next call begins where this one did", async () => {
    const all = ["required", "auto", "schema", "text"];
    expect(await ways(() => true, 3)).toEqual([all, ["required"], ["required"]]);
    expect(bed.upstream?.exchanges.length).toBeLessThan(15);
  });

  test("of a field: no rung is given up for it", async () => {
    expect(await ways((body) => "parallel_tool_calls" in body, 2)).toEqual([["required"], ["required"]]);
  });

  test("a failure of the service's own tries none", async () => {
    expect(await ways(() => true, 2, 500)).toEqual([["required"], ["required"]]);
  });
});
