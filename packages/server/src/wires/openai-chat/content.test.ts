import { describe, expect, test } from "vitest";
import { answer, call, messages, problemOf, runOf } from "../../../test/asked.ts";

const text = { type: "text", text: "a" };
const image = { type: "image_url", image_url: { url: "https://example.com/cat.png" } };

function contentOf(message: object, before: readonly object[] = []): unknown {
  return runOf({ messages: [...before, message] }).messages.at(-1)?.content;
}

const asked = [...messages, { role: "assistant", tool_calls: [call("c1")] }];

describe("text parts are as good as the text", () => {
  test.each(["system", "developer", "user", "assistant"])("%s", (role) => {
    expect(contentOf({ role, content: [text, { ...text, text: "b", prompt_cache_breakpoint: {} }] })).toBe("ab");
    expect(contentOf({ role, content: "ab" })).toBe("ab");
  });

  test("tool", () => {
    expect(contentOf(answer("c1", [text, text]), asked)).toBe("aa");
    expect(contentOf(answer("c1", ""), asked)).toBe("");
  });
});

test("an assistant's content may be missing, and a refusal is text", () => {
  expect(contentOf({ role: "assistant", content: null })).toBe("");
  expect(contentOf({ role: "assistant" })).toBe("");
  expect(contentOf({ role: "assistant", content: "", refusal: "no" })).toBe("no");
  expect(contentOf({ role: "assistant", content: [text, { type: "refusal", refusal: "no" }] })).toBe("ano");
});

test("images stay where they are among the texts", () => {
  const detailed = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA", detail: "low" } };
  expect(contentOf({ role: "user", content: [text, image, detailed, text] })).toEqual([
    text,
    { type: "image", url: "https://example.com/cat.png" },
    { type: "image", url: "data:image/png;base64,AAAA", detail: "low" },
    text,
  ]);
});

test.each<[string, unknown, string, string]>([
  ["user", undefined, "", "missing_required_parameter"],
  ["user", null, "", "invalid_type"],
  ["user", 5, "", "invalid_type"],
  ["user", [], "", "invalid_value"],
  ["user", ["x"], "[0]", "invalid_type"],
  ["user", [text, [text]], "[1]", "invalid_type"],
  ["user", [{ text: "x" }], "[0].type", "missing_required_parameter"],
  ["user", [{ type: "video" }], "[0]", "invalid_value"],
  ["user", [{ type: "constructor" }], "[0]", "invalid_value"],
  ["user", [{ type: 5 }], "[0]", "invalid_value"],
  ["user", [{ type: "text" }], "[0].text", "missing_required_parameter"],
  ["user", [{ type: "text", text: null }], "[0].text", "invalid_type"],
  ["user", [text, { type: "input_audio", input_audio: { data: "", format: "wav" } }], "[1]", "unsupported_parameter"],
  ["user", [{ type: "file", file: { file_id: "f" } }], "[0]", "unsupported_parameter"],
  ["user", [{ type: "video_url", video_url: { url: "x" } }], "[0]", "unsupported_parameter"],
  ["user", [{ type: "refusal", refusal: "x" }], "[0]", "unsupported_parameter"],
  ["user", [{ type: "image_url" }], "[0].image_url", "missing_required_parameter"],
  ["user", [{ type: "image_url", image_url: "https://example.com" }], "[0].image_url", "invalid_type"],
  ["system", [image], "[0]", "unsupported_parameter"],
  ["developer", null, "", "invalid_type"],
  ["assistant", [image], "[0]", "unsupported_parameter"],
  ["assistant", {}, "", "invalid_type"],
  ["tool", [image], "[0]", "unsupported_parameter"],
  ["tool", null, "", "invalid_type"],
])("%s %j", (role, content, path, code) => {
  const body = { messages: [{ role, content, tool_call_id: "c1" }] };
  expect(problemOf(body)).toMatchObject({ status: 400, param: `messages[0].content${path}`, code });
});
