// What breaks upstream, and what the client gets all the same.
import { readFrames } from "@massgen/openai-shapes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  cut,
  empty200,
  hang,
  hangMidStream,
  html200,
  httpError,
  inBandError,
  json200,
  raw,
  type Reply,
  reset,
  text,
} from "@massgen/upstream";
import { messageOf, metadataOf, question } from "./completion.ts";
import { draftOf, teamScript } from "./script.ts";
import { documentedConfig, openaiTeam, type Served, serveTeam } from "./team.ts";

const impatient = `timeout_settings:
  first_token_timeout_seconds: 3
  idle_timeout_seconds: 3
`;

const faults: Readonly<Record<string, () => Reply>> = {
  "401": () =>
    httpError(401, { error: { message: "Incorrect API key provided: sk-test-0123456789abcdef0123456789." } }),
  "500": () => httpError(500),
  "a hang before headers": () => hang(),
  "a hang in mid-stream": () => hangMidStream("I was about to"),
  "a reset before headers": () => reset(),
  "a reset in mid-stream": () => reset("I was about to"),
  "a cut stream": () => cut("I was about to"),
  "an empty 200": () => empty200(),
  "an HTML page": () => html200(),
  "JSON of another kind": () => json200({ hello: "world" }),
  "an error inside the stream": () => inBandError("I was about to", { message: "upstream overloaded", code: 503 }),
  garbage: () => raw(["data: {not json\n\n", "\u0000\u0001\n\n"]),
};

describe.each(["openai", "gemini"] as const)("one agent failing on the %s wire", (broken) => {
  let fault: () => Reply;
  let served: Served;
  beforeAll(async () => {
    served = await serveTeam(
      teamScript({ draft: (call) => (call.wire === broken ? fault() : text(draftOf(call.model))) }),
      { config: documentedConfig + impatient },
    );
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each(Object.entries(faults))(
    "%s: the other one's answer comes, and traces and metadata say what happened",
    async (_, reply) => {
      fault = reply;
      const answer = await served.client.chat.completions.create({ model: "massgen", messages: question });
      const [good, bad] =
        broken === "openai" ? ["analysis-agent", "research-agent"] : ["research-agent", "analysis-agent"];
      expect(messageOf(answer).content).toBe(draftOf(broken === "openai" ? "gemini-2.5-flash" : "gpt-4o"));
      expect(messageOf(answer).reasoning_content).toMatch(
        new RegExp(`^\\[${bad}\\] Did not answer: .+\\. The other one goes on\\.$`, "m"),
      );
      expect(metadataOf(answer)).toMatchObject({
        outcome: "single",
        winner: good,
        degraded: true,
        reasons: ["agent-failed"],
      });
      const all = JSON.stringify(answer) + served.massgen.stdout() + served.massgen.stderr();
      expect(all).not.toContain("sk-test");
      expect(all).not.toContain("AIzaTest");
    },
  );
});

describe("a provider's own words", () => {
  const message = "You exceeded your current quota, see https://platform.openai.com/account/billing.";
  const broke = (): Reply => httpError(429, { error: { message, code: "insufficient_quota" } });

  it.each([
    ["client", "out of quota. The other one goes on."],
    ["operator", `: ${message}). The other one goes on.`],
  ])("audience %s: the trace says %j; the log has the provider's words", async (audience, reason) => {
    await using served = await serveTeam(
      teamScript({ draft: (call) => (call.wire === "openai" ? broke() : text(draftOf(call.model))) }),
      { config: `${documentedConfig}${impatient}orchestrator: { audience: ${audience} }\n` },
    );
    const answer = await served.client.chat.completions.create({ model: "massgen", messages: question });
    const traces = messageOf(answer).reasoning_content ?? "";
    expect(traces).toMatch(/^\[research-agent\] Did not answer: out of quota/m);
    expect(traces).toContain(`${reason}\n`);
    expect(traces.includes("platform.openai.com")).toBe(audience === "operator");
    expect(traces).toMatch(/\n\[orchestrator\] 2 calls, \d+\.\d s, \d+ tokens; 1 of 2 agents failed\n$/);
    await served.massgen.prints("platform.openai.com");
  });
});

describe("all agents failing", () => {
  const cases = [
    {
      fault: "429 with Retry-After",
      reply: () => httpError(429, undefined, { "retry-after": "15" }),
      status: 429,
      type: "rate_limit_error",
    },
    { fault: "wrong provider keys", reply: () => httpError(401), status: 502, type: "upstream_error" },
    {
      fault: "400",
      reply: () => httpError(400, { error: { message: "bad parameter" } }),
      status: 400,
      type: "invalid_request_error",
    },
    { fault: "hang", reply: () => hang(), status: 504, type: "timeout_error" },
    { fault: "an HTML page", reply: () => html200(), status: 502, type: "upstream_error" },
    { fault: "a cut stream", reply: () => cut("half"), status: 502, type: "upstream_error" },
  ];
  let fault: () => Reply;
  let served: Served;
  beforeAll(async () => {
    // Waiting 15 s for a retry would outlast this deadline's share for drafting, so that nothing is retried.
    const deadline = `${impatient}  orchestrator_timeout_seconds: 20\n`;
    served = await serveTeam(teamScript({ draft: () => fault() }), { config: documentedConfig + deadline });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each(cases)("$fault: $status $type, naming each agent and its reason", async ({ reply, status, type }) => {
    fault = reply;
    const failed = await served.client.chat.completions
      .create({ model: "massgen", messages: question })
      .catch((e: unknown) => e);
    expect(failed).toMatchObject({ status, type });
    const { message, headers } = failed as { message: string; headers: Headers };
    expect(message).toContain("research-agent");
    expect(message).toContain("analysis-agent");
    expect(message).not.toMatch(/sk-|AIza|at .*\.[jt]s|Bearer/);
    expect(headers.get(status === 429 ? "retry-after" : "x-should-retry")).toBe(status === 429 ? "15" : "false");
    expect(headers.get("x-request-id")).toBeTruthy();
  });

  it("streamed: the failure, then [DONE]; the client throws", async () => {
    await using served = await serveTeam(teamScript({ draft: () => httpError(401) }));
    const response = await fetch(`${served.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: question, stream: true }),
    });
    expect(response.status).toBe(200);
    expect(readFrames(await response.text()).error).toMatchObject({ error: { type: "upstream_error" } });
    const stream = await served.client.chat.completions.create({ model: "massgen", messages: question, stream: true });
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.choices[0]?.finish_reason).toBeNull();
    };
    await expect(read()).rejects.toMatchObject({ type: "upstream_error" });
  });
});

describe("a presenter failing", () => {
  it("before its first word: the next author presents", async () => {
    await using served = await serveTeam(
      teamScript({ presentation: (call) => (call.wire === "openai" ? httpError(400) : text("Stepping in.")) }),
    );
    const answer = await served.client.chat.completions.create({ model: "massgen", messages: question });
    expect(messageOf(answer).content).toBe("Stepping in.");
    expect(metadataOf(answer)).toMatchObject({ winner: "research-agent", presenter: "analysis-agent", degraded: true });
  });

  it("in the middle, not streamed: the half answer is thrown away", async () => {
    await using served = await serveTeam(
      teamScript({ presentation: (call) => (call.wire === "openai" ? cut("Half an ") : text("Stepping in.")) }),
    );
    const answer = await served.client.chat.completions.create({ model: "massgen", messages: question });
    expect(messageOf(answer).content).toBe("Stepping in.");
  });

  it("in the middle, streamed: the client gets what came and then an error, never a finish", async () => {
    await using served = await serveTeam(teamScript({ presentation: () => cut("Half an ") }));
    const stream = await served.client.chat.completions.create({ model: "massgen", messages: question, stream: true });
    let content = "";
    const read = async (): Promise<void> => {
      for await (const chunk of stream) {
        content += chunk.choices[0]?.delta.content ?? "";
        expect(chunk.choices[0]?.finish_reason).toBeNull();
      }
    };
    await expect(read()).rejects.toThrow("broke off");
    expect(content).toBe("Half an ");
  });
});

describe("a client that leaves", () => {
  it.each([
    { how: "streamed, before any answer", stream: true, phase: "draft" },
    { how: "not streamed, before any answer", stream: false, phase: "draft" },
    { how: "streamed, during the vote", stream: true, phase: "ballot" },
    { how: "not streamed, while the answer is written", stream: false, phase: "presentation" },
  ])("$how: every upstream call is closed, and none is started", async ({ stream, phase }) => {
    await using served = await serveTeam(
      (call) => (call.phase === phase ? hang() : teamScript({ votesFor: "a-model" })(call)),
      { config: openaiTeam(["a", "b", "c"]) },
    );
    const gone = new AbortController();
    const request = fetch(`${served.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: question, stream }),
      signal: gone.signal,
    }).then((response) => response.text());
    await served.upstream.waitForCall((call) => call.phase === phase);
    const expected = phase === "presentation" ? 1 : 3;
    await served.upstream.waitForCall(() => served.upstream.openCalls() === expected);
    const made = served.upstream.calls.length;
    gone.abort();
    await expect(request).rejects.toThrow("aborted");
    await served.upstream.idle();
    expect(served.upstream.calls).toHaveLength(made);
    expect(served.upstream.calls.filter((call) => call.state === "aborted-by-client")).toHaveLength(expected);
  });
});
