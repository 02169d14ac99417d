import { expect, test } from "vitest";
import { collect } from "../fixtures/collect.ts";
import { sendJson, startUpstream } from "../fixtures/loopback-upstream.ts";
import { testBed } from "../fixtures/test-bed.ts";

const bed = testBed();

test.each([
  ["openai", "This model's maximum context length is 2048 tokens. However, your messages resulted in 3000 tokens."],
  ["claude", "prompt is too long: 3000 tokens > 2048 maximum"],
  ["gemini", "The input token count (3000) exceeds the maximum number of tokens allowed (2048)."],
])("%s: the window that a refusal names is known to every agent on the model from then on", async (type, message) => {
  bed.upstream = await startUpstream(({ response }) => sendJson(response, 400, { error: { code: 400, message } }));
  const settings = { type, model: "m", apiKey: "k-12345", baseUrl: bed.upstream.url, options: {} };
  const [one, other] = [bed.registry.createModel(settings), bed.registry.createModel(settings)];
  expect([one.capabilities?.contextTokens, other.capabilities?.contextTokens]).toEqual([undefined, undefined]);
  const { error } = await collect(one.stream({ messages: [{ role: "user", content: "Hello" }] }));
  expect(error).toMatchObject({ code: "context-length", contextTokens: 2048, promptTokens: 3000 });
  expect([one.capabilities?.contextTokens, other.capabilities?.contextTokens]).toEqual([2048, 2048]);
  expect(bed.upstream.exchanges).toHaveLength(1);
});
