import { loadConfig } from "@massgen/config";
import { expect, it } from "vitest";
import { configText } from "./config-text.ts";
import { agentsOf } from "./propose-team.ts";

const facts = { keyOf: () => "OPENAI_API_KEY", schema: "./massgen.schema.json", day: "2026-11-29" };

function read(models: readonly string[], leftOut: Parameters<typeof configText>[0]["leftOut"] = []) {
  const agents = agentsOf(models.map((model) => ({ type: "openai", model })));
  const text = configText({ ...facts, agents, leftOut });
  return { text, loaded: loadConfig(text, { path: "massgen.yaml", env: {} }) };
}

it.each([
  [["gpt-4o", "gpt-5-mini", "gpt-4.1"]],
  [["llama3.2:3b", "qwen2.5:0.5b", "1e5"]],
  [["true", "null", "0x10"]],
  [["a b", "on", "@x"]],
  [["- a", "12:30", "+1"]],
])("is read back as it was meant: %s", (models) => {
  const { loaded } = read(models);
  expect(loaded.config.agents.map(({ backend }) => backend.model)).toEqual(models);
  expect(loaded.warnings).toEqual([]);
});

it("keeps agents that did not answer as a comment, whatever their service said", () => {
  const agent = { id: "late", type: "openai", model: "gpt-9" };
  const problem = "refused\nagents: []\u2028evil: true\r- x";
  const { text, loaded } = read(["gpt-4o", "gpt-5", "gpt-4.1"], [{ agent, problem }]);
  expect(loaded.config.agents.map(({ id }) => id)).toEqual(["gpt-4o", "gpt-5", "gpt-4.1"]);
  expect(text).toContain("  # refused agents: [] evil: true - x\n  # - id: late\n");
  // Without the marks of comments it is an agent.
  const all = text.replaceAll(/^ {2}# (?=- id| {2,}(?:backend|type|model))/gm, "  ");
  const { config } = loadConfig(all, { path: "massgen.yaml", env: {} });
  expect(config.agents.at(-1)).toMatchObject({ id: "late", backend: { type: "openai", model: "gpt-9" } });
});

it("has the line for editors first", () => {
  expect(read(["gpt-4o"]).text).toMatch(/^# yaml-language-server: \$schema=\.\/massgen\.schema\.json\n/);
});
