import { expect, test } from "vitest";
import { isAboutEarlierThinking, learnFrom } from "./refusal.ts";
import type { ChatBody, Refusals } from "./request.ts";

const known: Refusals = { fields: new Set(), tokenField: "max_tokens" };
const sent: ChatBody = {
  body: { temperature: 1, stop: ["x"], max_tokens: 5, tools: [], tool_choice: "required", parallel_tool_calls: false },
  dropped: [],
};
function learn(message: string, more: object = {}, status = 400): unknown {
  const learned = learnFrom({ message, status, ...more }, sent, known);
  return learned && { ...learned, fields: [...learned.fields] };
}

test("fields by name or by param, as whole words", () => {
  expect(learn("Unsupported value: 'temperature' does not support 1")).toMatchObject({ fields: ["temperature"] });
  expect(learn("no", { param: "stop" })).toMatchObject({ fields: ["stop"] });
  expect(learn("parallel_tool_calls is not supported")).toMatchObject({
    fields: ["parallel_tool_calls"],
  });
  expect(learn("the stopping of nonstop buses")).toBeUndefined();
});

test("the token field, once", () => {
  const message =
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  expect(learn(message, { param: "max_tokens" })).toMatchObject({ tokenField: "max_completion_tokens" });
  expect(learn("max_tokens is too large: 999999")).toBeUndefined();
  const other: ChatBody = { body: { max_completion_tokens: 5 }, dropped: [] };
  const failure = { message: "Unknown field: max_completion_tokens", status: 422 };
  expect(learnFrom(failure, other, { ...known, tokenField: "max_completion_tokens" })).toMatchObject({
    tokenField: "max_tokens",
  });
});

test.each([401, 403, 429, 500, 503])("not with status %i", (status) => {
  expect(learn("temperature is not supported", {}, status)).toBeUndefined();
});

test("not when the model already generated, not about something else", () => {
  expect(learn("stop is not supported", { kinds: ["tool_use_failed"] })).toBeUndefined();
  expect(learn("messages must not be empty")).toBeUndefined();
});

test.each([
  ["thinking is enabled but reasoning_content is missing in assistant tool call message at index 2", 400, true],
  ["The reasoning_details of messages[1] are invalid", 422, true],
  ["reasoning_content", 500, false],
  ["reasoning_effort is not supported", 400, false],
])("earlier thinking: %s (%i)", (message, status, expected) => {
  expect(isAboutEarlierThinking({ message, status })).toBe(expected);
});
