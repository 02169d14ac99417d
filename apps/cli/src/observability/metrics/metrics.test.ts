import { createTeam, MassgenError, type RunEvent, systemPorts } from "@massgen/core";
import { phaseOf, scriptedModel, vote } from "@massgen/core/testing";
import { expect, it } from "vitest";
import { knownAgents } from "./known-agents.ts";
import { loadMetrics } from "./load-metrics.ts";
import { createMetrics } from "./metrics.ts";

const levels = { admission: { inFlight: 3, waiting: 2 }, waitingCalls: () => 7 };

function team(models: readonly string[]) {
  const agents = models.map((model, i) => ({
    id: `agent-${i}`,
    model: scriptedModel(
      (request) =>
        phaseOf(request) === "ballot"
          ? vote("agent1")
          : {
              text: `by ${i}`,
              usage: { inputTokens: 5, cachedInputTokens: 3, cacheWriteTokens: 1, outputTokens: 2, reasoningTokens: 1 },
            },
      { model },
    ),
  }));
  return {
    team: createTeam({ agents, ports: { ...systemPorts, price: () => 0.25 } }),
    proxies: [],
    types: models.map(() => "openai"),
    fallbackTypes: [],
  };
}

async function eventsOf(served: Pick<ReturnType<typeof team>, "team">): Promise<RunEvent[]> {
  const run = served.team.run({ messages: [{ role: "user", content: "?" }] });
  return Array.fromAsync(run);
}

it("names configured models, and no others however many clients make up", async () => {
  const served = team(["m1", "m2"]);
  const known = knownAgents();
  known.add({ roster: served, teams: [] });
  const metrics = createMetrics(known, levels);
  for (const event of await eventsOf(served)) metrics.event(event, "one");
  for (let i = 0; i < 20; i += 1) {
    for (const event of await eventsOf(team([`made-up-${i}`]))) metrics.event(event, `run ${i}`);
  }
  const { text } = await metrics.page();
  expect(text).toContain('massgen_runs_total{outcome="single"} 20\n');
  const kinds = { input: 5, cache_read: 3, cache_write: 1, output: 2, reasoning: 1 };
  const labels = 'agent="agent-0",type="openai",model="m1",phase="draft"';
  for (const [kind, count] of Object.entries(kinds))
    expect(text).toContain(`massgen_tokens_total{${labels},kind="${kind}"} ${count}\n`);
  expect(text).toContain('{agent="agent-0",type="other",model="other",phase="draft",result="ok"} 20\n');
  expect(text).toContain(`massgen_cost_dollars_total{${labels}} 0.25\n`);
  expect(text).toContain('massgen_cost_dollars_total{agent="agent-0",type="openai",model="m1",phase="ballot"} 0\n');
  expect(text).toContain("massgen_runs_in_flight 3\n");
  expect(text).toContain("massgen_queue_length 2\n");
  expect(text).toContain("massgen_calls_waiting 7\n");
  expect(text).not.toContain("made-up");
});

it("counts from 0 whatever can happen, of a team from before and after a reload", async () => {
  const known = knownAgents();
  known.add({ roster: team(["m1"]), teams: [{ name: "deep" }] });
  const metrics = createMetrics(known, levels);
  const first = (await metrics.page()).text;
  const labels = 'agent="agent-0",type="openai",model="m1"';
  for (const series of [
    'massgen_runs_total{outcome="failed"}',
    'massgen_runs_degraded_total{reason="agent-failed"}',
    `massgen_calls_total{${labels},phase="draft",result="not-found"}`,
    `massgen_calls_total{${labels},phase="presentation",result="lost"}`,
    `massgen_tokens_total{${labels},phase="ballot",kind="cache_read"}`,
    'massgen_http_requests_total{route="/v1/chat/completions",status="500"}',
    'massgen_runs_by_model_total{model="massgen",team="deep"}',
    'massgen_runs_by_model_total{model="massgen/deep",team="deep"}',
    'massgen_reloads_total{result="refused"}',
    'massgen_observer_failures_total{observer="log"}',
  ])
    expect(first).toContain(`${series} 0\n`);
  expect(first).not.toContain('model="m2"');
  known.add({ roster: team(["m2"]), teams: [] });
  expect((await metrics.page()).text).toContain('model="m2",phase="draft",result="not-found"} 0\n');
});

it("times calls from when they were sent, and none that were not", async () => {
  const served = team(["m1"]);
  const known = knownAgents();
  known.add({ roster: served, teams: [] });
  const metrics = createMetrics(known, levels);
  const call = { callId: "call-1", agentId: "agent-0", model: "m1", phase: "draft", queuedAtMs: 0 } as const;
  const sent = { ...call, sentAtMs: 1000, firstTokenAtMs: 1200, endedAtMs: 4000 };
  for (const event of await eventsOf(served)) {
    if (event.type !== "run-finished") metrics.event(event, "run");
    else {
      const callsDetail = [
        { ...sent, result: "ok" },
        { ...sent, endedAtMs: 900, result: "strange" as never },
        { ...call, endedAtMs: 5000, result: "unsent" },
      ] as const;
      const receipt = { ...event.result.receipt, callsDetail };
      metrics.event({ ...event, result: { ...event.result, receipt } }, "run");
    }
  }
  const { text } = await metrics.page();
  const labels = 'type="openai",model="m1",phase="draft"';
  expect(text).toContain(`massgen_call_duration_seconds_sum{${labels},result="ok"} 3\n`);
  expect(text).toContain(`massgen_call_first_token_seconds_bucket{le="0.25",${labels},result="ok"} 1\n`);
  expect(text).toContain(`massgen_call_duration_seconds_sum{${labels},result="other"} 0\n`);
  expect(text).not.toMatch(/^massgen_call_.*unsent/m);
});

it("has as many series after a thousand names as after one", async () => {
  const served = team(["m1"]);
  const known = knownAgents();
  known.add({ roster: served, teams: [] });
  const metrics = createMetrics(known, levels);
  const seriesAfter = async (names: readonly string[]): Promise<number> => {
    for (const [i, model] of names.entries()) {
      for (const event of await eventsOf(team([model]))) metrics.event(event, `run ${i}`);
      const asked = { requestId: "r", method: "POST", ms: 1, route: "/v1/responses", status: 200 } as const;
      metrics.request({ ...asked, runId: `run ${i}`, model: `massgen/model:${model}` });
    }
    return (await metrics.page()).text.split("\n").filter((line) => line.startsWith("massgen_")).length;
  };
  const after = await seriesAfter(["gpt-x"]);
  expect(await seriesAfter(Array.from({ length: 1000 }, (_, i) => `gpt-${i}`))).toBe(after);
});

it("odd figures and foreign words spoil nothing", async () => {
  const served = team(["m1"]);
  const known = knownAgents();
  known.add({ roster: served, teams: [] });
  const metrics = createMetrics(known, levels);
  const events = await eventsOf(served);
  const odd = [NaN, Infinity, 1e308, -1, 0.5, "5", {}];
  for (const [i, figure] of odd.entries()) {
    for (const event of events) {
      if (event.type !== "run-finished") metrics.event(event, `run ${i}`);
      else {
        const usage = { draft: { inputTokens: figure, outputTokens: 2 } } as never;
        const { receipt } = event.result;
        const agents = receipt.agents.map((agent) => ({ ...agent, usage, costUsd: { draft: figure } as never }));
        metrics.event({ ...event, result: { ...event.result, receipt: { ...receipt, agents } } }, `run ${i}`);
      }
    }
  }
  const failure = { code: "function Object() { [native code] }" as never, message: "x" };
  for (const event of events.slice(0, 2)) metrics.event(event, "failing");
  const failed = { agentId: "agent-0", phase: "draft", failure, remaining: 1 } as const;
  metrics.event({ type: "agent-failed", ...failed, atMs: 1, seq: 1 }, "failing");
  const { text } = await metrics.page();
  expect(text).not.toMatch(/kind="input"\} [^0]/);
  expect(text).toContain(`kind="output"} ${2 * odd.length}\n`);
  expect(text).toMatch(/massgen_cost_dollars_total\{.*\} 0\.5\n/);
  expect(text).not.toContain("native");
  expect(text).toContain('phase="draft",result="other"} 1\n');
});

it("two servers in a process count apart", async () => {
  const [one, other] = [createMetrics(knownAgents(), levels), createMetrics(knownAgents(), levels)];
  one.reload("applied");
  expect((await one.page()).text).toContain('massgen_reloads_total{result="applied"} 1');
  expect((await other.page()).text).toContain('massgen_reloads_total{result="applied"} 0');
});

it("what happens while the library is being loaded is counted as well", async () => {
  const { metrics, load } = loadMetrics(knownAgents(), () => levels);
  metrics.reload("applied");
  metrics.request({ requestId: "r", method: "GET", route: "other", status: 404, ms: 1 });
  const page = metrics.page();
  await load();
  metrics.reload("applied");
  expect((await page).text).toContain('massgen_http_requests_total{route="other",status="404"} 1');
  expect((await metrics.page()).text).toContain('massgen_reloads_total{result="applied"} 2');
});

it("calls of a fallback stand under its own model, and the call that failed under the first", async () => {
  const missing = new MassgenError("not-found", "no such model");
  const model = scriptedModel(() => ({ error: missing }), { model: "m1" });
  const second = scriptedModel(() => "yes", { model: "m2" });
  const roster = {
    team: createTeam({ agents: [{ id: "agent-0", model, fallback: { model: second } }] }),
    proxies: [],
    types: ["openai"],
    fallbackTypes: ["gemini"],
  };
  const known = knownAgents();
  known.add({ roster, teams: [] });
  const metrics = createMetrics(known, levels);
  for (const event of await eventsOf(roster)) metrics.event(event, "one");
  const { text } = await metrics.page();
  const calls = text.match(/^massgen_calls_total.* [^0]$/gm);
  expect(calls).toEqual([
    'massgen_calls_total{agent="agent-0",type="openai",model="m1",phase="draft",result="not-found"} 1',
    'massgen_calls_total{agent="agent-0",type="gemini",model="m2",phase="draft",result="ok"} 1',
  ]);
  const timed = text.match(/^massgen_call_duration_seconds_count.*/gm);
  expect(timed).toEqual([
    'massgen_call_duration_seconds_count{type="openai",model="m1",phase="draft",result="not-found"} 1',
    'massgen_call_duration_seconds_count{type="gemini",model="m2",phase="draft",result="ok"} 1',
  ]);
});

it("a run that is gone on with counts once, whatever its requests do meanwhile", async () => {
  const served = team(["m1", "m2"]);
  const known = knownAgents();
  known.add({ roster: served, teams: [] });
  const metrics = createMetrics(known, levels);
  const events = await eventsOf(served);
  const drafted = events.findLastIndex(({ type }) => type === "draft-finished") + 1;
  for (const [at, event] of events.entries()) {
    metrics.keptEvent(event, "one", at < drafted);
    if (at === drafted)
      metrics.request({ requestId: "r", method: "POST", ms: 1, runId: "one", route: "/v1/responses", status: 200 });
  }
  for (const event of events) metrics.keptEvent(event, "two", true);
  const { text } = await metrics.page();
  expect(text.match(/^massgen_runs_total.* [^0]$/gm)?.map((line) => line.split(" ")[1])).toEqual(["1"]);
  expect(text).not.toMatch(/^massgen_calls_total.*phase="draft".* [^0]$/m);
  expect(text).toMatch(/^massgen_calls_total.*phase="ballot".* [^0]$/m);
});
