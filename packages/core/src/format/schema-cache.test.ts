import { describe, expect, it } from "vitest";
import { checkFor } from "./schema-cache.ts";

describe("a compiled schema", () => {
  it("is found again by its text, whoever sends it", () => {
    const schema = { title: "found again", type: "object" };
    expect(checkFor(structuredClone(schema))).toBe(checkFor(schema));
    expect(checkFor({ ...schema, title: "another" })).not.toBe(checkFor(schema));
  });

  it("is forgotten when many others came after it, not while it is used", () => {
    const [kept, left] = [{ title: "kept" }, { title: "left" }];
    const before = [checkFor(kept), checkFor(left)];
    for (let i = 0; i < 40; i++) {
      checkFor({ title: `number ${i}` });
      checkFor(kept);
    }
    expect(checkFor(kept)).toBe(before[0]);
    expect(checkFor(left)).not.toBe(before[1]);
  });
});
