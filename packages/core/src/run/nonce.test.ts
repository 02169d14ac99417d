import { expect, it } from "vitest";
import { nonceFor } from "./nonce.ts";
import { newSecret } from "./ports.ts";

it("is 10 characters of base32, the same for the same call of the same run", () => {
  expect(nonceFor("0123456789abcdef", "call-1")).toMatch(/^[A-Z2-7]{10}$/);
  expect(nonceFor("0123456789abcdef", "call-1")).toBe(nonceFor("0123456789abcdef", "call-1"));
});

it("differs from call to call and from run to run", () => {
  const nonces = ["a", "b"].flatMap((secret) => ["call-1", "call-2"].map((callId) => nonceFor(secret, callId)));
  expect(new Set(nonces).size).toBe(4);
});

it("is made of 64 random bits", () => {
  const secrets = Array.from({ length: 100 }, newSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{16}$/);
});
