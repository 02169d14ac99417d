import { expect, test } from "vitest";
import { cacheKeyOf } from "./cache-key.ts";

test.each([
  [{ prompt_cache_key: "k", metadata: { user_id: "m" }, user: "u" }, "k"],
  [{ prompt_cache_key: "", metadata: { user_id: "m" }, user: "u" }, "m"],
  [{ prompt_cache_key: null, metadata: { user_id: 5 }, user: "u" }, "u"],
  [{ metadata: ["m"], user: "u" }, "u"],
  [{ prompt_cache_key: { a: 1 }, user: "" }, undefined],
  [{}, undefined],
])("%j: the most particular text", (fields, key) => {
  expect(cacheKeyOf(fields)).toEqual(key === undefined ? {} : { cacheKey: key });
});
