import { expect, it } from "vitest";
import { nonceFor, withoutNonce } from "./nonce.ts";
import { newSecret } from "./ports.ts";

it("is 10 characters of base32, the same for the same call of the same run", () => {
  expect(nonceFor("0123456789abcdef", "call-1")).toMatch(/^[A-Z2-7]{10}$/);
  expect(nonceFor("0123456789abcdef", "call-1")).toBe(nonceFor("0123456789abcdef", "call-1"));
});

it("differs from call to call and from run to run", () => {
  const nonces = ["a", "b"].flatMap((secret) => ["call-1", "call-2"].map((callId) => nonceFor(secret, callId)));
  expect(new Set(nonces).size).toBe(4);
});

it("is made of a random secret of the run", () => {
  const secrets = Array.from({ length: 100 }, newSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^[0-9a-f]{32}$/);
});

const nonce = "ABCDEFGHIJ";
const callId = "call-1";

it("goes from what a ballot says", () => {
  const clearedOf = (reply: Extract<Parameters<typeof withoutNonce>[0], { type: "ballot-finished" }>["reply"]) =>
    withoutNonce({ type: "ballot-finished", callId, reply }, nonce);
  expect(clearedOf({ kind: "vote", candidate: "a", reason: `<agent1 k=${nonce}> and ${nonce}` })).toMatchObject({
    reply: { reason: "<agent1> and " },
  });
  expect(clearedOf({ kind: "new-answer", content: `x k=${nonce}` })).toMatchObject({ reply: { content: "x" } });
  expect(clearedOf({ kind: "unusable", problem: `"k=${nonce}"` })).toMatchObject({ reply: { problem: '"k="' } });
});

it("leaves no answer where a new answer consists of nothing else", () => {
  const reply = { kind: "new-answer", content: ` k=${nonce} ` } as const;
  const fact = withoutNonce({ type: "ballot-finished", callId, reply }, nonce);
  expect(fact).toMatchObject({ reply: { kind: "unusable" } });
});

it("goes from a failure that quotes the prompt, and from reasoning", () => {
  const failure = { code: "invalid-request", message: `bad: <agent1 k=${nonce}>`, param: `x ${nonce}` } as const;
  const failed = withoutNonce({ type: "call-failed", callId, failure, begun: false }, nonce);
  expect(failed).toMatchObject({ failure: { code: "invalid-request", message: "bad: <agent1>", param: "x " } });
  const reply = { kind: "vote", candidate: "a", reason: "" } as const;
  const voted = withoutNonce({ type: "ballot-finished", callId, reply, reasoning: `see k=${nonce}` }, nonce);
  expect(voted).toMatchObject({ reasoning: "see" });
});
