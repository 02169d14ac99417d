import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createTeam, defaultSettings, MassgenError, type Receipt, type Team } from "@massgen/core";
import { configJsonSchema, teamFromConfig } from "@massgen/config";
import { textOf, type ChatModel, type ChatRequest, type Message } from "@massgen/core/model";
import { phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { createRegistry } from "@massgen/providers";
import { describeModel, type TestRunner } from "@massgen/provider-kit/conformance";
import { streamAnswer } from "@massgen/provider-kit/wire";
import { createApp, serve, type Engine } from "@massgen/server";

// What a stranger does with the packages: a team in the own process, then the same team behind the HTTP server.

const question: Message = { role: "user", content: "What is 25 * 4?" };

function agentModel(draft: string): ChatModel {
  return scriptedModel((request: ChatRequest) => {
    switch (phaseOf(request)) {
      case "draft":
        return draft;
      case "ballot":
        return vote("agent1", "shown first");
      case "presentation":
        return "It is 100.";
    }
  });
}

const team: Team = createTeam({
  agents: ["100", "one hundred", "a hundred"].map((draft, index) => ({ id: `a${index}`, model: agentModel(draft) })),
});
// @ts-expect-error -- a team's settings are typed, not any
const wrongSettings: number = team.settings;
// @ts-expect-error -- a message has a role of the union
const wrongMessage: Message = { role: "narrator", content: "" };
// @ts-expect-error -- an environment holds texts
const wrongRegistry = (): unknown => createRegistry({ env: { OPENAI_API_KEY: 1 } });
// @ts-expect-error -- an engine has more members than this
const wrongApp = (): unknown => createApp({ engine: { ready: () => true } });
// @ts-expect-error -- the Express application is typed, not any
const wrongExpress = (): number => createApp({ engine }).handler;
// @ts-expect-error -- the kit needs a model to test
const wrongKit = (): unknown => describeModel({ test: runner });
// @ts-expect-error -- a call has an address
const wrongCall = (): unknown => streamAnswer({ fetch, redact: String }, { messages: [] }, { label: "x", body: {} });
assert.ok(
  [wrongSettings, wrongMessage, wrongRegistry, wrongApp, wrongExpress, wrongKit, wrongCall].every(
    (value) => value !== undefined,
  ),
);

const result = await team.run({ messages: [question] }).answer();
assert.equal(result.status, "answered");
assert.equal(result.status === "answered" && result.text, "It is 100.");
const receipt: Receipt = result.receipt;
assert.equal(typeof receipt.outcome, "string");
assert.equal(textOf(question), "What is 25 * 4?");
assert.ok(defaultSettings);
assert.equal(typeof configJsonSchema, "function");

assert.throws(
  () => createTeam({ agents: [] }),
  (error) => MassgenError.isInstance(error) && error.code === "configuration",
);

const cases: string[] = [];
const note = (name: string): void => void cases.push(name);
const runner: TestRunner = Object.assign(note, { skip: note });
describeModel({ test: runner, createModel: () => agentModel("100") });
assert.ok(cases.some((name) => name.startsWith("promise 1: ")));

const registry = createRegistry({ env: {} });
assert.ok(registry.types().includes("demo"));
writeFileSync("team.yaml", "agent: { backend: { type: demo } }");
const configured: Team = await teamFromConfig("team.yaml", { registry });
assert.equal((await configured.run({ messages: [question] }).answer()).status, "answered");
await registry.close();

const engine: Engine = {
  start: async ({ request }) => team.run(request),
  models: () => [{ id: "massgen", ownedBy: "massgen", created: 0 }],
  ready: () => true,
};
const server = await serve(createApp({ engine }), { host: "127.0.0.1", port: 0 });
const response = await fetch(`${server.url}/v1/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ messages: [question] }),
});
const completion = (await response.json()) as { choices: { message: { content: string } }[] };
assert.equal(completion.choices[0]?.message.content, "It is 100.");
assert.equal(await server.close({ timeoutMs: 1000 }), "drained");
