import { expect, test } from "vitest";
import { learnFrom } from "./refusal.ts";
import type { ChatBody, Refusals } from "./request.ts";

const known: Refusals = { fields: new Set(), tokenField: "max_tokens", forcing: false };
const sent: ChatBody = {
  body: { temperature: 1, stop: ["x"], max_tokens: 5, tools: [], tool_choice: "required", parallel_tool_calls: false },
  dropped: [],
  forces: true,
};
function learn(message: string, more: object = {}, status = 400): unknown {
  const learned = learnFrom({ message, status, ...more }, sent, known);
  return learned && { ...learned, fields: [...learned.fields] };
}

test.each([
  "tool_choice 'required' is incompatible with thinking enabled",
  "Thinking mode does not support this tool_choice",
  "The tool_choice parameter does not support being set to required or object in thinking mode",
  "Thinking may not be enabled when tool_choice forces tool use",
  "Supported string values: none, auto, required for tool choice",
])("forcing: %s", (message) => expect(learn(message)).toMatchObject({ forcing: true }));

test("fields by name or by param, as whole words", () => {
  expect(learn("Unsupported value: 'temperature' does not support 1")).toMatchObject({ fields: ["temperature"] });
  expect(learn("no", { param: "stop" })).toMatchObject({ fields: ["stop"] });
  expect(learn("parallel_tool_calls is not supported")).toMatchObject({
    fields: ["parallel_tool_calls"],
    forcing: false,
  });
  expect(learn("the stopping of nonstop buses")).toBeUndefined();
});

test("the token field, once", () => {
  const message =
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  expect(learn(message, { param: "max_tokens" })).toMatchObject({ tokenField: "max_completion_tokens" });
  expect(learn("max_tokens is too large: 999999")).toBeUndefined();
});

test.each([401, 403, 429, 500, 503])("not with status %i", (status) => {
  expect(learn("tool_choice is not supported", {}, status)).toBeUndefined();
});

test("not when the model already generated, not about something else, not without forcing", () => {
  expect(learn("tool choice is required", { kinds: ["tool_use_failed"] })).toBeUndefined();
  expect(learn("messages must not be empty")).toBeUndefined();
  expect(learnFrom({ message: "bad tools", status: 400 }, { ...sent, forces: false }, known)).toBeUndefined();
});
