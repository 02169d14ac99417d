import assert from "node:assert/strict";
import { test } from "node:test";
import { describeModel } from "@massgen/provider-kit/conformance";
import { acme } from "../src/provider.ts";
import { bodyOf } from "../src/request.ts";
import { dialect } from "./dialect.ts";

// The ten promises, one test per case.
describeModel({
  test,
  createModel: (settings, context) => acme.createModel({ model: "large", ...settings }, context),
  upstream: dialect,
  extrasType: "acme",
});

// What only this provider does.
await test("a request in Acme's words", () => {
  const { body, droppedParameters } = bodyOf("large", {
    messages: [
      { role: "user", content: [{ type: "text", text: "Vote." }] },
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "vote", arguments: "{}" }] },
      { role: "tool", toolCallId: "c1", content: "noted" },
    ],
    tools: [{ name: "vote", parameters: { type: "object" } }],
    toolChoice: { name: "vote" },
    sampling: { maxOutputTokens: 100, seed: 7 },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(body)), {
    model: "large",
    turns: [
      { role: "user", text: "Vote." },
      { role: "assistant", text: "", calls: [{ id: "c1", name: "vote", arguments: "{}" }] },
      { role: "tool", call: "c1", text: "noted" },
    ],
    tools: [{ name: "vote", parameters: { type: "object" } }],
    tool_choice: { tool: "vote" },
    max_tokens: 100,
  });
  assert.deepEqual(droppedParameters, ["seed"]);
});

await test("priority is low or high", () => {
  const context = { fetch, redact: (text: string) => text, env: {} };
  const settings = { model: "large", baseUrl: "https://api.acme.example" };
  assert.throws(() => acme.createModel({ ...settings, options: { priority: "now" } }, context), /priority must be low/);
  assert.equal(acme.createModel({ ...settings, options: { priority: "high" } }, context).model, "large");
});
