import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MassgenError } from "@massgen/core/model";
import { scriptedModel } from "@massgen/core/testing";
import { expect, it, onTestFinished } from "vitest";
import type { BackendType, ModelRegistry } from "./model-registry.ts";
import { teamFromConfig } from "./team-from-config.ts";

const known: ReadonlyMap<string, BackendType> = new Map([
  ["acme", { aliases: ["acme-cloud"], optionNames: ["pace"] }],
  ["bench", { local: true, slots: 1 }],
]);

/** A registry of two types. Models with the name `gone` cannot be made. */
function registryOf(lookUp = async (): Promise<void> => {}): ModelRegistry {
  const typeOf = (type?: string) => (type === "acme-cloud" ? "acme" : (type ?? "acme"));
  return {
    types: () => [...known.keys()],
    createModel({ model = "", options }) {
      if (model === "gone") throw new MassgenError("configuration", "there is no such model");
      if (options["pace"] === "odd") throw new MassgenError("configuration", "`pace` must be slow or fast");
      return { ...scriptedModel(() => "Yes, hush-hush."), model };
    },
    describe: {
      provider: (type) => known.get(typeOf(type)),
      typed: (backend) => ({ ...backend, type: typeOf(backend.type) }),
      account: ({ type }) => typeOf(type),
      lookUp,
      redactKnown: (text) => text.replaceAll("m-secret", "[redacted]"),
    },
  };
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "massgen-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "team.yaml");
  writeFileSync(path, text);
  return path;
}

it("makes the team of a file, with its rules, and one that answers", async () => {
  const path = fileOf(`
agents:
  - { id: a, system_message: Be brief., backend: { type: acme-cloud, model: "\${MODEL}", temperature: 0.5 } }
  - { id: b, backend: { type: bench, model: m-b } }
orchestrator: { max_new_answers_per_agent: 3 }
`);
  const team = await teamFromConfig(path, { registry: registryOf(), env: { MODEL: "m-a" } });
  expect(team.agents).toMatchObject([
    { id: "a", systemMessage: "Be brief.", local: false, sampling: { temperature: 0.5 }, model: { model: "m-a" } },
    { id: "b", local: true, model: { model: "m-b" } },
  ]);
  expect(team.settings.maxNewAnswersPerAgent).toBe(3);
  const { text } = await team.run({ messages: [{ role: "user", content: "Is it so?" }] }).answer();
  expect(text).toBe("Yes, hush-hush.");
});

it("a team on models that take a call at a time revises nothing, unless the file says so", async () => {
  const path = fileOf("agent: { backend: { type: bench, model: m } }");
  const team = await teamFromConfig(path, { registry: registryOf() });
  expect(team.settings.maxNewAnswersPerAgent).toBe(1);
});

it("its runs show no secret that the registry knows", async () => {
  const team = await teamFromConfig(fileOf("agent: { backend: { type: acme, model: m-secret } }"), {
    registry: registryOf(),
  });
  const events = await Array.fromAsync(team.run({ messages: [{ role: "user", content: "Hi" }] }));
  expect(JSON.stringify(events)).toContain("[redacted]");
  expect(JSON.stringify(events)).not.toContain("m-secret");
});

it("warnings come one by one, each with its place", async () => {
  const path = fileOf("ui: { display_type: simple }\nagent: { backend: { type: acme, model: m, pac: fast } }");
  const lines: string[] = [];
  await teamFromConfig(path, { registry: registryOf(), warn: (line) => void lines.push(line) });
  expect(lines.map((line) => line.replace(path, "team.yaml"))).toEqual([
    expect.stringMatching(/^team\.yaml:1 {2}ui: /),
    expect.stringMatching(/^team\.yaml:2 {2}agent\.backend\.pac: .*did you mean pace\?$/),
  ]);
});

it.each([
  ["what the file says wrong", "agent: { backend: { type: acme, model: 1 } }", "agent.backend.model", 1],
  ["an unknown type", "agent: { backend: { type: acne, model: m } }", "agent.backend.type", 1],
  ["a backend that cannot be used", "agent: { backend: { type: acme, model: gone } }", "agent.backend", 1],
  ["an option of the type", "\nagent: { backend: { type: acme, model: m, pace: odd } }", "agents[0].backend", 2],
])("%s is a ConfigError that names its place", async (_, text, path, line) => {
  await expect(teamFromConfig(fileOf(text), { registry: registryOf() })).rejects.toMatchObject({
    code: "configuration",
    issues: [{ path, line }],
  });
});

it("a file that is not there is an error that names it", async () => {
  const path = join(tmpdir(), "massgen-no-such-team.yaml");
  await expect(teamFromConfig(path, { registry: registryOf() })).rejects.toMatchObject({
    code: "configuration",
    message: `Cannot read the configuration ${path}: there is no such file.`,
  });
});

it("comes once services on this machine have said what they can take", async () => {
  const asked = Promise.withResolvers<void>();
  let made = false;
  const team = teamFromConfig(fileOf("agent: { backend: { type: bench, model: m } }"), {
    registry: registryOf(() => asked.promise),
  }).finally(() => {
    made = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(made).toBe(false);
  asked.resolve();
  expect((await team).agents).toHaveLength(1);
});

it("makes the default team of several, or the one that is named", async () => {
  const path = fileOf(`
agents:
  - { id: a, backend: { type: acme, model: m-a }, fallback: { type: bench, model: m-b, temperature: 1 } }
  - { id: b, backend: { type: bench, model: m-b } }
teams: { both: { agents: [b, a], orchestrator: { traces: full } }, one: { agents: [b] } }
default_team: one
`);
  const registry = registryOf();
  const both = await teamFromConfig(path, { registry, team: "both" });
  expect(both.agents.map(({ id }) => id)).toEqual(["b", "a"]);
  expect(both.settings.traces).toBe("full");
  expect(both.agents[1]).toMatchObject({
    fallback: { model: { model: "m-b" }, sampling: { temperature: 1 }, local: true },
  });
  expect((await teamFromConfig(path, { registry })).agents.map(({ id }) => id)).toEqual(["b"]);
  await expect(teamFromConfig(path, { registry, team: "tow" })).rejects.toThrow(
    `${path} has no team of this name: its teams are both, one`,
  );
  const plain = fileOf("agents: [{ id: a, backend: { type: acme, model: m-a } }]");
  await expect(teamFromConfig(plain, { registry, team: "one" })).rejects.toThrow("it has no `teams`");
});

it("reports a fallback that cannot be made by its place", async () => {
  const path = fileOf("agents: [{ id: a, backend: { type: acme, model: m }, fallback: { type: acme, model: gone } }]");
  await expect(teamFromConfig(path, { registry: registryOf() })).rejects.toThrow(
    "agents[0].fallback: there is no such model",
  );
});

it("prices the runs of a team by its registry, and refuses a limit in dollars where a price is unknown", async () => {
  const registry: ModelRegistry = {
    ...registryOf(),
    prices: {
      price: () => 0.5,
      rates: ({ model }) => (model === "m-unknown" ? undefined : { input: 1, output: 1 }),
      load: async () => {},
    },
  };
  const file = (model: string, fallback = "") =>
    fileOf(
      `agent: { id: a, backend: { type: acme, model: ${model} } ${fallback} }\norchestrator: { budget: { max_usd: 1 } }`,
    );
  const team = await teamFromConfig(file("m"), { registry });
  expect(team.setupFor({ messages: [{ role: "user", content: "Hi" }] })).toMatchObject({
    settings: { budget: { maxUsd: 1 } },
    members: [{ price: { input: 1, output: 1 } }],
  });
  for (const [path, host] of [
    [file("m-unknown"), registry],
    [file("m", ", fallback: { type: acme, model: m-unknown }"), registry],
    [file("m"), registryOf()],
  ] as const) {
    await expect(teamFromConfig(path, { registry: host })).rejects.toThrow(
      /`orchestrator.budget.max_usd` cannot be kept: the price of these agents' models is unknown: a \(m.*\)\. Write it/,
    );
  }
});
