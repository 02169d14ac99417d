import { expect, test } from "vitest";
import { parseInput } from "../../../test/responses-input.ts";
import { callProblem, toMessages } from "./conversation.ts";

const call = (id: string, name = "f"): object => ({ type: "function_call", call_id: id, name, arguments: "{}" });
const output = (id: string, text: unknown): object => ({ type: "function_call_output", call_id: id, output: text });
const user = { role: "user", content: "Hi" };
const image = { type: "input_image", image_url: "https://images.test/1.png" };

test("each call keeps its own output, though later calls have its id", () => {
  const items = parseInput([user, call("0"), output("0", "one"), call("0"), output("0", "two")]);
  expect(callProblem(items)).toBeUndefined();
  expect(toMessages(items)).toMatchObject([
    { role: "user" },
    { role: "assistant", toolCalls: [{ id: "0" }] },
    { role: "tool", content: "one" },
    { role: "assistant", toolCalls: [{ id: "0" }] },
    { role: "tool", content: "two" },
  ]);
});

test("two open calls cannot share an id", () => {
  expect(callProblem(parseInput([call("0"), call("0"), output("0", "one")]))?.message).toContain("two calls '0'");
});

test("calls join the words before them; outputs follow wherever they stood, with their images behind", () => {
  const items = parseInput([
    { role: "assistant", content: "I look." },
    call("a"),
    call("b"),
    user,
    output("b", [{ type: "input_text", text: "B" }, image]),
    output("a", "A"),
  ]);
  expect(callProblem(items)).toBeUndefined();
  expect(toMessages(items)).toMatchObject([
    { role: "assistant", content: "I look.", toolCalls: [{ id: "a" }, { id: "b" }] },
    { role: "tool", toolCallId: "a", content: "A" },
    { role: "tool", toolCallId: "b", content: "B\n(An image of this output: see below.)" },
    { role: "user", content: [{ type: "image" }] },
    { role: "user", content: "Hi" },
  ]);
});
