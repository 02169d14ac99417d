// Limits that all agents of one account share: which calls wait, for how long, and what the client is told.
import { describe, expect, it } from "vitest";
import { gated, hang, httpError, text, vote } from "@massgen/upstream";
import { errorOf, messageOf, metadataOf, question } from "./completion.ts";
import { runCommand } from "./command-line.ts";
import { draftOf, labelOf, teamScript } from "./script.ts";
import { openaiTeam, serveTeam, type Served } from "./team.ts";

/** A team of OpenAI agents, the first of which gives the account these limits. */
function limitedTeam(ids: readonly string[], limits: string, rest = ""): string {
  return openaiTeam(ids, rest).replace("type: openai,", `type: openai, ${limits},`);
}

function ask(served: Served, signal?: AbortSignal) {
  return served.client.chat.completions.create({ model: "massgen", messages: question }, signal && { signal });
}

describe("max_concurrency", () => {
  it("applies to all agents and all runs together", async () => {
    const open: number[] = [];
    const gate = Promise.withResolvers<void>();
    await using served = await serveTeam(
      async (call) => {
        open.push(served.upstream.openCalls());
        if (call.n === 2) gate.resolve();
        return gated(await teamScript({ votesFor: "a-model" })(call), gate.promise);
      },
      { config: limitedTeam(["a", "b", "c"], "max_concurrency: 2") },
    );
    const answers = await Promise.all([ask(served), ask(served)]);
    for (const answer of answers) expect(metadataOf(answer)).toMatchObject({ degraded: false, winner: "a" });
    expect(open.length).toBeGreaterThanOrEqual(12);
    expect(Math.max(...open)).toBe(2);
  });

  it("serves waiting calls in the order they came", async () => {
    const gate = Promise.withResolvers<void>();
    await using served = await serveTeam(
      teamScript({
        draft: (call) => gated(text("100"), call.n === 1 ? gate.promise : Promise.resolve()),
      }),
      { config: limitedTeam(["a", "b", "c"], "max_concurrency: 1", "orchestrator: { final_answer: select }\n") },
    );
    const answer = ask(served);
    await served.upstream.waitForCall((call) => call.n === 1);
    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    expect(metrics).toContain("massgen_calls_waiting 2\n");
    gate.resolve();
    expect(messageOf(await answer).content).toBe("100");
    // Two of three agree: the third, which is still waiting, is not sent.
    expect(served.upstream.calls.map((call) => call.model)).toEqual(["a-model", "b-model"]);
    expect(metadataOf(await answer)).toMatchObject({
      outcome: "majority",
      calls: { made: 2, aborted: 0 },
      usage_complete: true,
    });
    expect(messageOf(await answer).reasoning_content).toContain("[c] Waiting for its turn (max_concurrency 1)\n");
    const counted = await (await fetch(`${served.url}/metrics`)).text();
    expect(counted).toMatch(/massgen_calls_total\{agent="c",.*result="unsent"\} 1\n/);
  });

  it("costs the waiting call its total limit, not its first-token limit, and the trace says so", async () => {
    const times = "timeout_settings: { agent_timeout_seconds: 30, first_token_timeout_seconds: 8 }\n";
    await using served = await serveTeam(
      teamScript({ draft: (call) => (call.n === 1 ? hang() : text(draftOf(call.model))) }),
      { config: limitedTeam(["a", "b"], "max_concurrency: 1", times) },
    );
    const answer = await ask(served);
    expect(messageOf(answer).content).toBe(draftOf("b-model"));
    expect(messageOf(answer).reasoning_content).toContain("[a] Did not answer: too slow. The other one goes on.\n");
    expect(errorOf(answer, "a")).toContain("no token within 8 s (first-token limit)");
  });

  it("fails a call whose turn does not come in time, and says why", async () => {
    const times = "timeout_settings: { agent_timeout_seconds: 6 }\n";
    const gate = Promise.withResolvers<void>();
    await using served = await serveTeam(
      teamScript({ draft: (call) => (call.n === 1 ? hang() : gated(text("late"), gate.promise)) }),
      { config: limitedTeam(["a", "b", "c"], "max_concurrency: 1", times) },
    );
    const failed = await ask(served).catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 504 });
    expect((failed as Error).message).toMatch(
      /b: openai b-model: not sent within 6 s: its turn did not come \(total limit; max_concurrency 1\)/,
    );
    gate.resolve();
  });
});

describe("requests_per_minute and tokens_per_minute", () => {
  it.each(["requests_per_minute: 1", "tokens_per_minute: 10"])(
    "%s: the second call of the minute is not sent, and says why",
    async (limit) => {
      await using served = await serveTeam(teamScript({}), {
        config: limitedTeam(["a", "b"], limit, "timeout_settings: { agent_timeout_seconds: 6 }\n"),
      });
      const answer = await ask(served);
      expect(messageOf(answer).content).toBe(draftOf("a-model"));
      expect(metadataOf(answer)).toMatchObject({ outcome: "single", degraded: true });
      expect(messageOf(answer).reasoning_content).toContain("[b] Did not answer: too slow. The other one goes on.\n");
      expect(errorOf(answer, "b")).toContain(`its turn did not come (total limit; ${limit.replace(":", "")})`);
      expect(served.upstream.calls.map((call) => call.model)).toEqual(["a-model"]);
    },
  );
});

describe("a turn that cannot come before the deadline", () => {
  const times = "timeout_settings: { orchestrator_timeout_seconds: 30 }\n";

  it("is not waited for: the others decide", async () => {
    await using served = await serveTeam(teamScript({}), {
      config: limitedTeam(["a", "b"], "requests_per_minute: 1", times),
    });
    const answer = await ask(served);
    expect(messageOf(answer).content).toBe(draftOf("a-model"));
    expect(metadataOf(answer)).toMatchObject({ outcome: "single", degraded: true, calls: { made: 1, failed: 0 } });
    expect(messageOf(answer).reasoning_content).toContain(
      "[b] Did not answer: too many requests for now. The other one goes on.\n",
    );
    expect(errorOf(answer, "b")).toMatch(
      /^not sent: its turn comes in \d+ s at the earliest \(requests_per_minute 1\), too late for this run$/,
    );
  });

  it("is an error at once, with the time to come back", async () => {
    await using served = await serveTeam(teamScript({}), {
      config: limitedTeam(["a"], "requests_per_minute: 1", times),
    });
    await ask(served);
    const failed = await ask(served).catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 429 });
    expect(Number((failed as { headers: Headers }).headers.get("retry-after"))).toBeGreaterThan(30);
    expect(served.upstream.calls).toHaveLength(1);
  });

  it("because a provider asks for a pause ends calls that wait already", async () => {
    const config = limitedTeam(["a", "b", "c"], "max_concurrency: 1", times).replaceAll(/model: \w-/g, "model: a-");
    await using served = await serveTeam(() => httpError(429, undefined, { "retry-after": "50" }), { config });
    const failed = await ask(served).catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 429 });
    expect((failed as Error).message).toMatch(/c: not sent: .*\(its provider asked for a pause\)/);
    expect(served.upstream.calls).toHaveLength(1);
  });
});

describe("a provider that says when to come back", () => {
  it("is left alone by all calls of that model for so long; other models of the account go on", async () => {
    const config = limitedTeam(["a", "b", "c"], "max_concurrency: 1").replace("model: b-", "model: a-");
    await using served = await serveTeam(
      teamScript({
        draft: (call) => (call.n === 1 ? httpError(429, undefined, { "retry-after": "1" }) : text(draftOf(call.model))),
        ballot: (call) => vote(labelOf(call, draftOf("a-model")), "covers it"),
      }),
      { config },
    );
    expect(metadataOf(await ask(served))).toMatchObject({ degraded: false });
    const [refused, next, again] = served.upstream.calls;
    expect([refused?.model, next?.model, again?.model]).toEqual(["a-model", "c-model", "a-model"]);
    expect((again?.startedAt ?? 0) - (refused?.endedAt ?? Infinity)).toBeGreaterThan(950);
  });
});

describe("a client that leaves while its calls wait", () => {
  it("sends nothing more, and the calls of others go on", async () => {
    await using served = await serveTeam(teamScript({ draft: (call) => (call.n === 1 ? hang() : text("100")) }), {
      config: limitedTeam(["a", "b", "c"], "max_concurrency: 1"),
    });
    const gone = new AbortController();
    const left = ask(served, gone.signal);
    await served.upstream.waitForCall((call) => call.n === 1);
    const other = ask(served);
    gone.abort();
    await expect(left).rejects.toThrow("aborted");
    expect(messageOf(await other).content).toBe("100");
    expect(served.upstream.calls.map((call) => [call.model, call.state])).toEqual([
      ["a-model", "aborted-by-client"],
      ["a-model", "finished"],
      ["b-model", "finished"],
    ]);
  });
});

describe("the end of the run", () => {
  it("at the deadline sends none of the waiting calls", async () => {
    await using served = await serveTeam(teamScript({ draft: () => hang() }), {
      config: limitedTeam(["a", "b"], "max_concurrency: 1", "timeout_settings: { orchestrator_timeout_seconds: 6 }\n"),
    });
    const failed = await ask(served).catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 504 });
    expect((failed as Error).message).toContain("leaves for drafts (its call waited for its turn)");
    await served.upstream.idle();
    expect(served.upstream.calls.map((call) => call.model)).toEqual(["a-model"]);
  });
});

describe("limits that contradict each other", () => {
  const files = (second: string) => ({
    "config.yaml": `agents:
  - { id: a, backend: { type: openai, model: gpt-4o, max_concurrency: 2 } }
  - { id: b, backend: { model: gpt-5, api_key: "\${OPENAI_API_KEY}", ${second} } }
`,
  });
  const env = { OPENAI_API_KEY: "sk-test-0123456789abcdef" };

  it("are a mistake of the configuration that names both places, and no key", async () => {
    const { code, stderr } = await runCommand({
      args: ["check", "config.yaml"],
      files: files("max_concurrency: 3"),
      env,
    });
    expect(code).toBe(2);
    expect(stderr).toContain(
      "config.yaml:3  agents[1].backend.max_concurrency: differs from agents[0].backend.max_concurrency",
    );
    expect(stderr).not.toContain("sk-test");
  });

  it("are accepted when they are the same", async () => {
    const { code, stderr } = await runCommand({
      args: ["check", "config.yaml"],
      files: files("max_concurrency: 2"),
      env,
    });
    expect([code, stderr]).toEqual([0, ""]);
  });
});
