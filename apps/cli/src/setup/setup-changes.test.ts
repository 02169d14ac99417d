import { serverSettings, type ServerSources } from "@massgen/config";
import { createRegistry } from "@massgen/providers";
import { expect, it } from "vitest";
import { serveTeam, type ServedTeam } from "../teams/served-team.ts";
import { setupChanges } from "./setup-changes.ts";
import type { Setup } from "./setup.ts";

const agent = (id: string, apiKey: string) => ({
  id,
  backend: { type: "openai", model: "gpt-4o", apiKey, sampling: {}, options: {} },
});

const settingsOf = (flags: ServerSources["flags"]) => serverSettings({ flags, env: {}, file: {} });

const before: Setup = {
  source: { kind: "none" },
  teams: {
    title: "config.yaml",
    authority: true,
    offline: false,
    teams: [],
    agents: [agent("a", "key-1"), agent("b", "key-1")],
    aliases: [],
    server: {},
    clientKeys: [],
    storeKeys: [],
    warnings: [],
    packages: [],
    registry: createRegistry({ env: {} }),
  },
  settings: settingsOf({}),
  store: { kind: "memory", memoryMb: 256 },
  apiKeys: ["one"],
  metricsKeys: ["three"],
  adminKeys: ["five"],
  otelVariables: {},
  providerVariables: { OPENAI_API_KEY: "key-1", GROQ_API_KEY: undefined },
};

it("says nothing when nothing changed", () => {
  expect(setupChanges(before, before, { ...before })).toEqual({ changed: [], needRestart: [] });
});

it("names what changed and never shows it", () => {
  const after: Setup = {
    source: { kind: "none" },
    teams: { ...before.teams, agents: [agent("a", "key-2"), agent("c", "key-1")] },
    settings: settingsOf({ port: "1", "queue-wait": "9", "log-level": "debug" }),
    store: { kind: "memory", memoryMb: 256 },
    apiKeys: ["two"],
    metricsKeys: ["four"],
    adminKeys: ["six"],
    otelVariables: {},
    providerVariables: { ...before.providerVariables, OPENAI_API_KEY: "key-2" },
  };
  expect(setupChanges(before, before, after)).toEqual({
    changed: [
      "agent a",
      "agent b",
      "OPENAI_API_KEY",
      "api_keys",
      "metrics_keys",
      "admin_keys",
      "queue_wait_seconds",
      "log_level",
      "agent c",
    ],
    needRestart: ["port"],
  });
});

it("names teams by name", () => {
  const { agents, registry } = before.teams;
  const team = (name: string, ids: readonly string[]) =>
    serveTeam({ name, agents: agents.filter(({ id }) => ids.includes(id)) }, registry);
  const teamsOf = (...teams: readonly ServedTeam[]): Setup => {
    const [defaultTeam] = teams;
    return { ...before, teams: { ...before.teams, teams, ...(defaultTeam && { defaultTeam }) } };
  };
  const [deep, fast] = [team("deep", ["a", "b"]), team("fast", ["b"])];
  expect(setupChanges(before, teamsOf(deep, fast), teamsOf(deep, fast)).changed).toEqual([]);
  expect(setupChanges(before, teamsOf(deep, fast), teamsOf(deep, team("fast", ["a"]))).changed).toEqual(["team fast"]);
  expect(setupChanges(before, teamsOf(deep, fast), teamsOf(fast, deep)).changed).toEqual(["default_team"]);
  expect(setupChanges(before, teamsOf(deep, fast), teamsOf(deep)).changed).toEqual(["team fast"]);
});

it("a restart is needed until all is as the process was started", () => {
  const moved: Setup = { ...before, settings: settingsOf({ port: "1" }) };
  expect(setupChanges(before, moved, { ...moved }).needRestart).toEqual(["port"]);
  expect(setupChanges(before, moved, before).needRestart).toEqual([]);
});
