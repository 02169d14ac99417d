import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedactor } from "@massgen/providers";
import type { ApiKey } from "@massgen/server";
import { expect, onTestFinished, test } from "vitest";
import { keyLines } from "../terminal/banner.ts";
import { checkSpending } from "./spending.ts";
import { readTeams, type Teams } from "./teams.ts";

/** An agent in the team, and one that only `massgen/agent:bob` calls, without a price. */
const agents = `agents:
  - { id: ada, backend: { type: ollama, model: house, price: { input: 1, output: 2 } } }
  - { id: bob, backend: { type: ollama, model: attic } }
teams: { only: { agents: [ada] } }
`;

async function read(config: string): Promise<Teams> {
  const cwd = await mkdtemp(join(tmpdir(), "massgen-spending-"));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const path = join(cwd, "config.yaml");
  await writeFile(path, config);
  const teams = await readTeams({ kind: "config", path, from: "a test" }, { cwd, env: {}, redactor: createRedactor() });
  onTestFinished(() => teams.registry.close());
  return teams;
}

test("a limit of all runs needs the price of agents that are in no team, too", async () => {
  const limited = await read(`${agents}orchestrator: { budget: { max_usd: 1 } }\n`);
  await expect(checkSpending(limited, [])).rejects.toThrow(
    "`orchestrator.budget.max_usd` cannot be kept: the price of these agents' models is unknown: bob (attic)",
  );
  const own = agents.replace("[ada]", "[ada], orchestrator: { budget: { max_usd: 1 } }");
  await expect(checkSpending(await read(own), [])).resolves.toBeUndefined();
});

test("a limit of a key needs the prices of all that the key may call", async () => {
  const key: ApiKey = { name: "ui", key: "a-key", maxUsdPerDay: 1 };
  const teams = await read(agents);
  await expect(checkSpending(teams, [key])).rejects.toThrow(
    "`max_usd_per_day` of the key of ui cannot be kept: the price of these agents' models is unknown: bob (attic)",
  );
  await expect(checkSpending(teams, [{ ...key, teams: ["only"] }])).resolves.toBeUndefined();
});

test("what is said of a key names its limit", async () => {
  const limited = `server: { client_keys: [{ name: ui, key: a-key, teams: [only], max_usd_per_day: 0.5 }] }\n`;
  expect(keyLines(await read(agents + limited))).toEqual(["Key of ui: team only; at most $0.5 a day"]);
});
