import { describe, expect, test } from "vitest";
import { rungAfter } from "./rejection.ts";
import type { Rung } from "./rung.ts";

const after = (rung: Rung, message: string, more: object = {}): Rung | undefined =>
  rungAfter({ message, status: 400, ...more }, rung);

describe("a forced choice", () => {
  test.each<[string, Rung]>([
    ["tool_choice 'required' is incompatible with thinking enabled", "without-thinking"],
    ["Thinking mode does not support this tool_choice", "without-thinking"],
    ["The tool_choice parameter does not support being set to required or object in thinking mode", "without-thinking"],
    ["Thinking may not be enabled when tool_choice forces tool use.", "without-thinking"],
    ["deepseek-reasoner does not support this tool_choice", "without-thinking"],
    ["Supported string values: none, auto, required for tool choice", "instructed"],
    ["tool_choice forces tool use is not compatible with this model", "instructed"],
    ["No endpoints found that can handle the requested parameters.", "instructed"],
    ["registry.ollama.ai/library/gemma3:1b does not support tools", "schema"],
    ["No endpoints found that support tool use. Try disabling tools", "schema"],
    ["Function calling is not enabled for models/gemma-3-27b-it", "schema"],
    ["`tools` is not supported by this model", "schema"],
  ])("%s", (message, rung) => expect(after("forced", message)).toBe(rung));

  test.each([
    "messages must not be empty",
    "`max_tokens` must be greater than `thinking.budget_tokens`.",
    "tool_choice: messages.0 is too large",
  ])("not for: %s", (message) => expect(after("forced", message)).toBeUndefined());
});

test("without thinking: also when that cannot be switched off", () => {
  expect(after("without-thinking", "thinking.type: disabled is not supported")).toBe("instructed");
  expect(after("without-thinking", "Unknown parameter: enable_thinking")).toBe("instructed");
  expect(after("without-thinking", "tool_choice is not supported")).toBe("instructed");
  expect(after("without-thinking", "model does not support function calling")).toBe("schema");
  expect(after("without-thinking", "no credit")).toBeUndefined();
});

test("a free choice", () => {
  expect(
    after("instructed", '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
  ).toBe("schema");
  expect(after("instructed", "bad request", { param: "tools" })).toBe("schema");
  expect(after("instructed", "no credit")).toBeUndefined();
});

test("a schema", () => {
  for (const message of [
    "This response_format type is unavailable now",
    "JSON mode is not enabled for models/gemma-3-27b-it",
    "Structured outputs are not available",
  ]) {
    expect(after("schema", message)).toBe("text");
  }
  expect(after("schema", "tools are not supported")).toBeUndefined();
  expect(after("text", "tools, tool_choice, response_format: not supported")).toBeUndefined();
});

describe("only rejections", () => {
  const message = "tool_choice is not supported";
  test.each([401, 403, 429, 500, 503])("not with status %i", (status) => {
    expect(after("forced", message, { status })).toBeUndefined();
  });
  test.each([404, 422])("with status %i", (status) => expect(after("forced", message, { status })).toBe("instructed"));
  test("llama.cpp without its switch for templates reports a failure", () => {
    expect(after("forced", "tools param requires --jinja flag", { status: 500 })).toBe("schema");
  });
  test.each(["tool_use_failed", "context_length_exceeded", "model_not_found_in_quota", "insufficient_quota"])(
    "%s",
    (kind) => {
      const expected = kind === "model_not_found_in_quota" ? "instructed" : undefined;
      expect(after("forced", message, { kinds: [kind] })).toBe(expected);
    },
  );
});
