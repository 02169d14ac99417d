import { describe, expect, test } from "vitest";
import { isUsable, mendedCall } from "./mended-call.ts";
import { offeredTools } from "./offered-tools.ts";

const parameters = { type: "object", properties: { agent_id: {}, reason: {} }, required: ["agent_id"] };
const tools = offeredTools([
  { name: "vote", parameters },
  { name: "look" },
  { name: "wrap", parameters: { properties: { arguments: {} } } },
]);
const call = (name: string, args: string) => ({ type: "tool-call", id: "c", name, arguments: args }) as const;
const mended = (args: string, name = "vote"): string => mendedCall(call(name, args), tools).arguments;
const args = '{"agent_id":"agent1"}';

describe("arguments", () => {
  test.each([
    ["a text of the object", JSON.stringify(args)],
    ["a text of that text", JSON.stringify(JSON.stringify(args))],
    ["a coat", `{"arguments":${args}}`],
    ["a coat around a text", `{"parameters":${JSON.stringify(args)}}`],
    ["the whole call", `{"name":"vote","arguments":${args}}`],
    ["the name above them", `{"vote":${args}}`],
    ["a list", `[${args}]`],
    ["marks around them", `${args}<|call|>`],
    ["twice the same", `${args}${args}`],
    ["a fenced block", `\`\`\`json\n${args}\n\`\`\``],
    ["a comma too many", '{"agent_id":"agent1",}'],
    ["single quotes", "{'agent_id': 'agent1'}"],
  ])("in %s", (_name, written) => expect(mended(written)).toBe(args));

  test.each([
    "",
    " ",
    "null",
    "{",
    '{ "agent_id": "agent1" }',
    '{"a":{"agent_id":"agent1"}}',
    "7",
    '"agent1"',
    `${args}{"agent_id":"agent2"}`,
  ])("stay as they are: %j", (written) => expect(mended(written)).toBe(written));
  test("of a tool that has an argument of that name keep it", () => {
    expect(mended('{"arguments":{"a":1}}', "wrap")).toBe('{"arguments":{"a":1}}');
  });
  test("of a tool that is not offered stay as they are", () => {
    const foreign = call("other", JSON.stringify(args));
    expect(mendedCall(foreign, tools)).toBe(foreign);
  });
});

test("what travels beside a call stays with it", () => {
  const opaque = { provider: "x", signature: "s" };
  expect(mendedCall({ ...call("functions.vote", args), opaque }, tools)).toEqual({ ...call("vote", args), opaque });
});

test.each([
  ["vote", args, true],
  ["vote", '{"reason":"x"}', false],
  ["vote", "", false],
  ["vote", "[]", false],
  ["look", "", true],
  ["functions.look", "{}", false],
  ["other", "{}", false],
])("%s %j: usable %j", (name, text, usable) => expect(isUsable(call(name, text), tools)).toBe(usable));
