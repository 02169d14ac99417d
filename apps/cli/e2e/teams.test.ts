// Several teams on one server, as an operator sets them up and clients ask them.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseCompletion } from "@massgen/openai-shapes";
import { httpError, pointedAt, runMassgen, startMassgen, startUpstream, text, type Upstream } from "@massgen/upstream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startRig, type Rig } from "./contract/rig.ts";
import { readStream, send } from "./contract/wire.ts";
import { draftOf, teamScript } from "./script.ts";
import { openaiTeam } from "./team.ts";

const teams = `orchestrator: { final_answer: synthesize, max_new_answers_per_agent: 1 }
teams:
  deep: { agents: [ada, bob, cyd] }
  fast: { agents: [bob] }
  pair: { agents: [cyd, ada], orchestrator: { final_answer: select } }
aliases:
  "claude-haiku-*": fast
  gpt-5-mini: fast
  "claude-*": pair
`;
const ids = ["ada", "bob", "cyd", "dan"];
const keys = `server:
  client_keys:
    - { name: ui, key: "\${UI_KEY}" }
    - { name: bob, key: "\${BOB_KEY}", teams: [fast, pair] }
    - { name: bob, key: next-key-of-bob, teams: [fast, pair] }
`;
const env = { UI_KEY: "key-of-the-ui-0123456789", BOB_KEY: "key-of-bob-0123456789" };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

const question = { messages: [{ role: "user", content: "Why is the sky blue?" }] };

/** What a request of a model costs in calls, who answered, and which team that is. */
async function asked(rig: Rig, model: string | undefined, key?: string) {
  const calls = rig.play(teamScript({ votesFor: "cyd-model" }));
  const headers = key === undefined ? {} : bearer(key);
  const response = await send(rig.url, { ...question, ...(model !== undefined && { model }) }, { headers });
  const body: unknown = JSON.parse(await response.rest());
  if (response.status !== 200) {
    const { error } = body as { error: { code: string; message: string } };
    return { status: response.status, code: error.code, calls: calls().length };
  }
  const { massgen_metadata: metadata } = parseCompletion(body);
  const agents = metadata?.agents.map(({ id }) => id).join();
  return { team: metadata?.team, agents, calls: calls().length };
}

async function listed(rig: Rig, key?: string): Promise<string[]> {
  const headers = key === undefined ? {} : bearer(key);
  const response = await send(rig.url, undefined, { method: "GET", path: "/v1/models", headers });
  return (JSON.parse(await response.rest()) as { data: { id: string }[] }).data.map(({ id }) => id);
}

test("a model name finds its team, and a request's side questions cost one call", async () => {
  await using rig = await startRig({ config: openaiTeam(ids, teams) });
  const deep = { team: "deep", agents: "ada,bob,cyd", calls: 7 };
  const fast = { team: "fast", agents: "bob", calls: 1 };
  expect(await asked(rig, undefined)).toEqual(deep);
  expect(await asked(rig, "massgen")).toEqual(deep);
  expect(await asked(rig, "gpt-4o")).toEqual(deep);
  expect(await asked(rig, "massgen/deep")).toEqual(deep);
  expect(await asked(rig, "massgen/fast")).toEqual(fast);
  expect(await asked(rig, "claude-haiku-4-5")).toEqual(fast);
  expect(await asked(rig, "gpt-5-mini")).toEqual(fast);
  // Two drafts and two ballots: this team delivers the winner's as it is.
  expect(await asked(rig, "claude-opus-4-5")).toEqual({ team: "pair", agents: "cyd,ada", calls: 4 });
  expect(await asked(rig, "massgen/agent:dan")).toEqual({ team: "agent:dan", agents: "dan", calls: 1 });
  expect(await asked(rig, "massgen/model:gpt-4.1")).toMatchObject({ team: "deep", agents: "ada,bob,cyd" });
  expect(await asked(rig, "massgen/nobody")).toEqual({ status: 404, code: "model_not_found", calls: 0 });
  expect(await listed(rig)).toEqual([
    "massgen",
    ...["deep", "fast", "pair"].map((name) => `massgen/${name}`),
    ...ids.map((id) => `massgen/agent:${id}`),
    ...["ada", "bob", "cyd"].map((id) => `massgen/model:${id}-model`),
    "gpt-5-mini",
  ]);

  const page = await (await send(rig.url, undefined, { method: "GET", path: "/metrics" })).rest();
  expect(page).toContain('massgen_runs_by_model_total{model="massgen/fast",team="fast"} 1\n');
  expect(page).toContain('massgen_runs_by_model_total{model="other",team="fast"} 2\n');
  expect(page).toContain('massgen_runs_by_model_total{model="massgen/agent:dan",team="agent:dan"} 1\n');
  expect(rig.massgen.stderr()).toContain('"model":"claude-haiku-4-5","team":"fast"');
});

test("an agent alone is passed through: nothing is added to what the client sends", async () => {
  await using rig = await startRig({ config: openaiTeam(ids, teams) });
  const calls = rig.play(() => text("Because of Rayleigh."));
  const stream = await send(rig.url, { ...question, model: "massgen/agent:ada", stream: true });
  expect(readStream(await stream.rest()).content).toBe("Because of Rayleigh.");
  expect(calls().map(({ messages, model }) => ({ messages, model }))).toEqual([
    { messages: [{ role: "user", text: "Why is the sky blue?" }], model: "ada-model" },
  ]);
});

describe("keys", () => {
  test("with teams have these and no others", async () => {
    await using rig = await startRig({ config: openaiTeam(ids, teams + keys), env });
    const { UI_KEY: ui, BOB_KEY: bob } = env;
    expect(await asked(rig, "massgen")).toMatchObject({ status: 401 });
    expect(await asked(rig, "massgen", ui)).toMatchObject({ team: "deep" });
    const fast = { team: "fast", agents: "bob", calls: 1 };
    for (const key of [bob, "next-key-of-bob"]) {
      expect(await asked(rig, "massgen", key)).toEqual(fast);
      expect(await asked(rig, "gpt-4o", key)).toEqual(fast);
      expect(await asked(rig, "claude-opus-4-5", key)).toMatchObject({ team: "pair" });
      expect(await asked(rig, "massgen/agent:ada", key)).toMatchObject({ team: "agent:ada" });
      for (const model of ["massgen/deep", "massgen/agent:dan", "massgen/nobody"]) {
        expect(await asked(rig, model, key)).toEqual({ status: 404, code: "model_not_found", calls: 0 });
      }
      expect(await asked(rig, "massgen/model:gpt-4o", key)).toEqual({
        status: 403,
        code: "model_not_allowed",
        calls: 0,
      });
      expect(await listed(rig, key)).toEqual([
        "massgen",
        "massgen/fast",
        "massgen/pair",
        ...["ada", "bob", "cyd"].map((id) => `massgen/agent:${id}`),
        "gpt-5-mini",
      ]);
    }
    await rig.massgen.prints('"key":"bob"');
    for (const key of [ui, bob, "next-key-of-bob"]) {
      expect(rig.massgen.stdout() + rig.massgen.stderr()).not.toContain(key);
    }
  });

  test("and teams change with SIGHUP, all at once or not at all", async () => {
    await using rig = await startRig({ config: openaiTeam(ids, teams + keys), env });
    const change = async (rest: string, until: string): Promise<void> => {
      await writeFile(join(rig.massgen.cwd, "config.yaml"), openaiTeam(ids, rest));
      rig.massgen.child.kill("SIGHUP");
      await rig.massgen.prints(until);
    };
    await change(teams.replace("[bob]", "[dan]") + keys, '"changed":["team fast"]');
    expect(await asked(rig, "massgen", env.BOB_KEY)).toEqual({ team: "fast", agents: "dan", calls: 1 });
    await change(`${teams}default_team: pair\n${keys}`, '"changed":["team fast","default_team"]');
    expect(await asked(rig, "massgen", env.UI_KEY)).toMatchObject({ team: "pair" });
    await change(teams.replace("fast:", "quick:") + keys, '"reload refused');
    expect(rig.massgen.stderr()).toContain("server.client_keys[1].teams[0]: there is no team");
    expect(await asked(rig, "massgen", env.BOB_KEY)).toEqual({ team: "fast", agents: "bob", calls: 1 });
    await change(teams + keys.replaceAll("[fast, pair]", "[pair]"), '"changed":["default_team","api_keys"]');
    expect(await asked(rig, "massgen/fast", env.BOB_KEY)).toMatchObject({ status: 404 });
  });
});

describe("massgen check", () => {
  test("shows teams, aliases and keys, and no secret", async () => {
    const { code, stdout, stderr } = await runMassgen({
      args: ["check", "config.yaml"],
      env: { ...env, OPENAI_API_KEY: "no-real-key-1234567890" },
      files: { "config.yaml": openaiTeam(ids, teams + keys) },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`config.yaml is fine.
  ada  openai  ada-model
  bob  openai  bob-model
  cyd  openai  cyd-model
  dan  openai  dan-model
Team deep (default): ada, bob, cyd
Team fast: bob
Team pair: cyd, ada
Model name claude-haiku-*: team fast
Model name gpt-5-mini: team fast
Model name claude-*: team pair
Key of ui: all teams
Key of bob: team fast, pair
Key of bob: team fast, pair
`);
  });

  test("says all that is wrong, where, and what was meant", async () => {
    const { code, stdout, stderr } = await runMassgen({
      args: ["check", "config.yaml"],
      env: { ...env, OPENAI_API_KEY: "no-real-key-1234567890" },
      files: {
        "config.yaml": openaiTeam(ids, teams.replace("[bob]", "[bop]").replace("mini: fast", "mini: fats") + keys),
      },
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(`config.yaml has 2 problems:
  config.yaml:13  teams.fast.agents[0]: there is no agent "bop"; did you mean bob?
  config.yaml:17  aliases.gpt-5-mini: there is no team "fats"; did you mean fast?
`);
  });
});

describe("a run in the background", () => {
  let upstream: Upstream;
  let asks: PromiseWithResolvers<void>;
  const letGo = Promise.withResolvers<void>();
  beforeEach(async () => {
    asks = Promise.withResolvers();
    upstream = await startUpstream(
      teamScript({
        draft: async (call) => {
          asks.resolve();
          await letGo.promise;
          return text(draftOf(call.model));
        },
      }),
    );
  });
  afterEach(() => upstream.close());

  test("finds its team by name after a restart, though another is the default by then", async () => {
    const files = (rest: string) => ({ "config.yaml": openaiTeam(ids, teams + rest) });
    await using first = await startMassgen({
      args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", "--drain-timeout", "0"],
      env: { ...pointedAt(upstream), ...env, MASSGEN_STORE: "sqlite:runs.db" },
      files: files(keys),
    });
    const headers = bearer(env.BOB_KEY);
    const body = { model: "gpt-4o", input: "Why?", background: true };
    const begun = await send(await first.ready(), body, { path: "/v1/responses", headers });
    const { id } = JSON.parse(await begun.rest()) as { id: string };
    await asks.promise;
    asks = Promise.withResolvers();
    first.child.kill("SIGTERM");
    await first.exited;
    await using second = await startMassgen({
      args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
      env: { ...pointedAt(upstream), ...env, MASSGEN_STORE: `sqlite:${join(first.cwd, "runs.db")}` },
      files: files(`default_team: deep\n${keys.replaceAll("[fast, pair]", "[pair, fast]")}`),
    });
    const url = await second.ready();
    await asks.promise;
    letGo.resolve();
    const stream = await send(url, undefined, { method: "GET", path: `/v1/responses/${id}?stream=true`, headers });
    const events = await stream.rest();
    expect(events).toContain("response.completed");
    expect(events).toContain('"team":"fast"');
    expect(upstream.calls.map(({ model }) => model)).toEqual(["bob-model", "bob-model"]);
  });
});

describe("an agent's fallback", () => {
  const config = `agents:
  - { id: ada, backend: { type: openai, model: retired }, fallback: { type: gemini, model: gemini-2.5-flash } }
  - { id: bob, backend: { type: openai, model: gpt-4o } }
  - { id: cyd, backend: { type: openai, model: gpt-4.1 } }
`;

  test("answers for a model that is gone, in every run anew, and the operator hears of it", async () => {
    await using rig = await startRig({ config });
    const calls = rig.play((call) =>
      call.model === "retired"
        ? httpError(404, { error: { message: "The model `retired` does not exist", code: "model_not_found" } })
        : teamScript({})(call),
    );
    const response = await send(rig.url, { ...question, model: "massgen" });
    const { choices, massgen_metadata: metadata } = parseCompletion(JSON.parse(await response.rest()));
    expect(metadata).toMatchObject({
      degraded: false,
      agents: [
        {
          id: "ada",
          model: "retired",
          status: "completed",
          fallback: { model: "gemini-2.5-flash", error: { code: "not-found" } },
        },
        { id: "bob" },
        { id: "cyd" },
      ],
      calls: { failed: 1 },
    });
    expect(choices[0].message.reasoning_content).toContain(
      "[ada] Goes on with gemini-2.5-flash: its provider does not have the model\n",
    );
    expect(calls().filter(({ model }) => model === "retired")).toHaveLength(1);
    await rig.massgen.prints('"fallbacks":[{"agent":"ada","model":"retired","fallback":"gemini-2.5-flash"');
    expect(rig.massgen.stderr()).toMatch(/"level":"warn"[^\n]*"fallbacks"/);

    await send(rig.url, { ...question, model: "massgen/agent:ada" }).then((again) => again.rest());
    expect(calls().filter(({ model }) => model === "retired")).toHaveLength(2);
    // Another model for all is another model for all.
    const refused = await send(rig.url, { ...question, model: "massgen/model:openai/retired" });
    expect(refused.status).toBe(502);
    expect(rig.massgen.stdout()).toMatch(/^ {2}ada {2}openai {2}retired, else gemini gemini-2\.5-flash$/m);
  });
});
