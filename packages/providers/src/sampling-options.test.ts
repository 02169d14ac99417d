import { expect, test } from "vitest";
import { splitOptions } from "./sampling-options.ts";

test("sampling fields by their YAML names; the rest stays", () => {
  expect(
    splitOptions("x", {
      temperature: 0,
      top_p: 1,
      max_tokens: 5,
      stop: "a",
      reasoning_effort: "low",
      seed: null,
      top_k: 3,
    }),
  ).toEqual({
    sampling: { temperature: 0, topP: 1, maxOutputTokens: 5, stop: ["a"], reasoningEffort: "low" },
    rest: { top_k: 3 },
  });
});

test.each([{ temperature: "hot" }, { stop: [1] }, { reasoning_effort: 3 }])("wrong: %j", (options) => {
  expect(() => splitOptions("x", options)).toThrow(expect.objectContaining({ code: "configuration" }));
});

test("names of an object's own members are fields like others", () => {
  const options = JSON.parse('{"constructor":1,"toString":"x","__proto__":{"a":1}}') as Record<string, unknown>;
  const { sampling, rest } = splitOptions("x", options);
  expect([sampling, JSON.stringify(rest)]).toEqual([{}, JSON.stringify(options)]);
});
