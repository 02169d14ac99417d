import { expect, test } from "vitest";
import { adminKeysOf, newAdminKey } from "./server-keys.ts";

test("a process has an admin key of its own only where no key is configured", () => {
  const own = newAdminKey();
  // 128 bits are 22 characters of base64.
  expect(own).toMatch(/^admin-[\w-]{22}$/);
  expect(newAdminKey()).not.toBe(own);
  expect(adminKeysOf({ adminKeys: [], apiKeys: [] }, own)).toEqual([own]);
  expect(adminKeysOf({ adminKeys: ["a"], apiKeys: [] }, own)).toEqual(["a"]);
  expect(adminKeysOf({ adminKeys: [], apiKeys: [{ name: "ada", key: "b" }] }, own)).toEqual([]);
});
