import { expect, test } from "vitest";
import { createReasoningCollector } from "./reasoning-record.ts";

const owner = { provider: "openrouter", model: "m" };

test("reasoning_content: the pieces as one text", () => {
  const collector = createReasoningCollector({ ...owner, field: "reasoning_content" });
  expect(collector.record()).toBeUndefined();
  for (const text of ["a ", null, "b"]) collector.add({ reasoning_content: text, reasoning: "x" });
  expect(collector.record()).toEqual({ ...owner, field: "reasoning_content", value: "a b" });
});

test("reasoning_details: the pieces of a block as one, with its signature; blocks of other kinds as they are", () => {
  const collector = createReasoningCollector({ ...owner, field: "reasoning_details" });
  expect(collector.record()).toBeUndefined();
  const text = { type: "reasoning.text", format: "f", index: 0 };
  collector.add({ reasoning_details: [{ ...text, text: "", signature: "" }] });
  collector.add({ reasoning_details: [{ ...text, text: "This " }] });
  collector.add({ reasoning_details: [{ ...text, text: "is" }] });
  collector.add({ reasoning_details: [{ ...text, signature: "sig==" }] });
  collector.add({ reasoning_details: [] });
  const encrypted = { type: "reasoning.encrypted", data: "abc", index: 1 };
  collector.add({ reasoning_details: [encrypted, { ...encrypted, data: "def" }] });
  expect(collector.record()?.value).toEqual([
    { ...text, text: "This is", signature: "sig==" },
    encrypted,
    { ...encrypted, data: "def" },
  ]);
});
