import { expect, test } from "vitest";
import { isAboutEarlierThinking, isAboutImages, learnFrom } from "./refusal.ts";
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

test("stream_options by what stands in it, or by a path to it", () => {
  const streamed: ChatBody = { body: { stream_options: { include_usage: true } }, dropped: [] };
  for (const failure of [
    { message: "Unrecognized request argument supplied: include_usage" },
    { message: "Extra inputs are not permitted", param: "stream_options.include_usage" },
  ]) {
    const learned = learnFrom({ status: 400, ...failure }, streamed, known);
    expect([...(learned?.fields ?? [])]).toEqual(["stream_options"]);
  }
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

test.each<[string, boolean]>([
  ["Failed to deserialize the JSON body: messages[0]: unknown variant `image_url`, expected `text`", true],
  ["No endpoints found that support image input", true],
  ["llama-3 is not a multimodal model", true],
  ["Invalid content type. image_url is only supported by certain models.", true],
  ["messages[0].content must be a string", true],
  ["this model does not support images", true],
  ["Image inputs are not supported", true],
  ["The image is too large: at most 20 MB", false],
  ["We only support image formats jpeg and png", false],
  ["Could not fetch the image", false],
])("images: %s", (message, about) => {
  const image = { role: "user", content: [{ type: "image", url: "https://example.com/a.png" }] } as const;
  expect(isAboutImages({ status: 400, message }, [image])).toBe(about);
  expect(isAboutImages({ status: 500, message }, [image])).toBe(false);
  expect(isAboutImages({ status: 400, message }, [{ role: "user", content: "?" }])).toBe(false);
});
