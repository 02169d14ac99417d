import { expect, test } from "vitest";
import { anonymous, ownerOf } from "./owner.ts";

test("a key stands for one owner in one store, and does not show", () => {
  const owner = ownerOf("sk-secret", "s1");
  expect(owner).toMatch(/^key_[0-9a-f]{24}$/);
  expect(ownerOf("sk-secret", "s1")).toBe(owner);
  expect(ownerOf("sk-secret", "s2")).not.toBe(owner);
  expect(ownerOf("sk-other", "s1")).not.toBe(owner);
  expect(ownerOf(undefined, "s1")).toBe(anonymous);
});
