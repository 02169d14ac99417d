import { createRegistry } from "@massgen/providers";
import { expect, test } from "vitest";
import { teamLines } from "../terminal/banner.ts";
import { buildTeam } from "./built-team.ts";
import { serveTeam } from "./served-team.ts";

/** A team with an agent of each type. */
const agents = (types: readonly string[]) =>
  types.map((type, i) => ({ id: `a${i}`, backend: { type, model: "m", apiKey: "none", sampling: {}, options: {} } }));

test.each([
  [["llamacpp", "ollama", "lmstudio"], true],
  [["vllm", "sglang"], false],
  [["ollama", "openai"], false],
])("agents of types %j alone vote without revising: %j; the banner says so", (types, unrevised) => {
  const served = serveTeam({ agents: agents(types) }, createRegistry({ env: {} }));
  const { built } = served;
  expect(built.team.settings.maxNewAnswersPerAgent).toBe(unrevised ? 1 : 2);
  expect(
    teamLines({ roster: built, teams: [served], defaultTeam: served, aliases: [] }).some((line) =>
      line.includes("without revising"),
    ),
  ).toBe(unrevised);
});

test("agents know whether their model runs on the user's own machine", () => {
  const types = ["llamacpp", "lmstudio", "ollama", "sglang", "vllm", "openai", "demo"];
  const { team } = buildTeam(agents(types), createRegistry({ env: {} }));
  expect(team.agents.filter(({ local }) => local).map(({ id }) => id)).toEqual(["a0", "a1", "a2", "a3", "a4"]);
});
