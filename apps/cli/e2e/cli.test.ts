// The command as a process: what it prints while it serves, how it ends. What it refuses is in command-line.test.ts.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gated, hang, text } from "@massgen/upstream";
import { messageOf, question } from "./completion.ts";
import { runMassgen, startMassgen, type MassgenProcess } from "./massgen-process.ts";
import { draftOf, teamScript } from "./script.ts";
import { documentedConfig, openaiKey, serveTeam } from "./team.ts";

const keys = { OPENAI_API_KEY: openaiKey, GEMINI_API_KEY: "AIzaTest" };

it("--version prints a version, on stdout, with exit code 0", async () => {
  expect(await runMassgen({ args: ["--version"] })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

it("a configuration that cannot be served ends the process with 2, and with nothing but a message", async () => {
  const files = { "config.yaml": documentedConfig };
  const { code, stdout, stderr } = await runMassgen({ args: ["serve", "--config", "config.yaml"], files });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^config\.yaml has 2 problems:\n/);
  expect(stderr).not.toMatch(/^\s+at |node:internal/m);
});

describe("massgen serve", () => {
  it("prints team, models, address, and whether a key protects it; warns when the door is open", async () => {
    await using massgen = await startMassgen({
      args: ["serve", "--config", "config.yaml", "--port", "0"],
      env: keys,
      files: { "config.yaml": documentedConfig },
    });
    await massgen.ready();
    expect(massgen.stdout()).toMatch(
      /^MassGen \S+: config\.yaml\n {2}research-agent +openai +gpt-4o\n {2}analysis-agent +gemini +gemini-2\.5-flash\n/,
    );
    expect(massgen.stdout()).toContain(
      "Models: massgen, massgen/agent:research-agent, massgen/agent:analysis-agent, massgen/model:gpt-4o, massgen/model:gemini-2.5-flash\n",
    );
    expect(massgen.stdout()).toMatch(
      /Listening on 0\.0\.0\.0:\d+\. Base URL for OpenAI clients: http:\/\/localhost:\d+\/v1\nNo key is required\.\n/,
    );
    expect(massgen.stderr()).toMatch(/"level":"warn".*"anyone who can reach 0\.0\.0\.0 can use this server/);
    expect(massgen.stdout() + massgen.stderr()).not.toContain(openaiKey);
  });

  it("asks for MASSGEN_SERVER_API_KEY when it is set", async () => {
    await using massgen = await startMassgen({
      args: ["serve", "--demo", "--port", "0"],
      env: { MASSGEN_SERVER_API_KEY: "let-me-in" },
    });
    const url = await massgen.ready();
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
    expect((await fetch(`${url}/v1/models`, { headers: { authorization: "Bearer let-me-in" } })).status).toBe(200);
    expect(massgen.stdout()).toContain("A key is required");
    expect(massgen.stdout() + massgen.stderr()).not.toContain("let-me-in");
  });

  it("reads .env in its folder; the environment wins over it", async () => {
    await using massgen = await startMassgen({
      args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1"],
      env: { MASSGEN_SERVER_PORT: "0" },
      files: {
        "config.yaml": documentedConfig,
        ".env": `OPENAI_API_KEY=sk-from-file\nGEMINI_API_KEY=AIza-from-file\nMASSGEN_SERVER_PORT=1\n`,
      },
    });
    expect(await massgen.ready()).toMatch(/:\d{4,5}$/);
  });

  it("warns about keys of the Python original and serves all the same", async () => {
    await using served = await serveTeam(teamScript({}), {
      config: `${documentedConfig}ui: { display_type: none }\norchestrator: { snapshot_storage: snapshots }\n`,
    });
    expect(served.massgen.stderr()).toMatch(/"level":"warn".*"config\.yaml:\d+ {2}ui: /);
    expect(served.massgen.stderr()).toMatch(/"level":"warn".*"config\.yaml:\d+ {2}orchestrator\.snapshot_storage: /);
    expect((await served.client.chat.completions.create({ model: "massgen", messages: question })).id).toMatch(
      /^chatcmpl-/,
    );
  });

  it("a model of another provider needs that provider's key: 400 that names the variable", async () => {
    await using served = await serveTeam(teamScript({}));
    const failed = served.client.chat.completions.create({ model: "massgen/model:grok-4", messages: question });
    await expect(failed).rejects.toMatchObject({
      status: 400,
      code: "model_not_available",
      message: expect.stringContaining("XAI_API_KEY"),
    });
    expect(served.upstream.calls).toEqual([]);
  });

  it("without a team, requests name a model; `massgen` is a 404 that lists the ways", async () => {
    await using massgen = await startMassgen({ args: ["serve", "--host", "127.0.0.1", "--port", "0"], env: keys });
    const url = await massgen.ready();
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: question }),
    });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: "model_not_found", message: expect.stringContaining("--config") },
    });
  });
});

describe("massgen serve --demo", () => {
  let massgen: MassgenProcess;
  let url: string;
  beforeAll(async () => {
    massgen = await startMassgen({ args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"], env: keys });
    url = await massgen.ready();
  });
  afterAll(() => massgen[Symbol.asyncDispose]());

  const ask = (model: string): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model, messages: question }),
    });

  it("answers offline, says so, and shows a whole deliberation", async () => {
    expect(massgen.stdout()).toContain("no model is called");
    expect(massgen.stdout()).toContain(`curl -N ${url}/v1/chat/completions`);
    const answer = (await (await ask("massgen")).json()) as Parameters<typeof messageOf>[0];
    expect(messageOf(answer).content).toContain("no model was called");
    expect(
      messageOf(answer).reasoning_content?.match(/^\[\w+\] (Drafting|Answered|Votes)/gm)?.length,
    ).toBeGreaterThanOrEqual(8);
    expect(answer).toMatchObject({
      usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
      massgen_metadata: { usage_complete: true, usage_estimated: false },
    });
  });

  it("never calls a model, whatever keys there are and whatever a request names", async () => {
    expect((await ask("massgen/model:gpt-4o")).status).toBe(404);
    expect(await (await ask("gpt-4o")).text()).toContain("no model was called");
  });
});

describe("a signal", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "%s drains: the running answer is finished, new requests get 503, exit code 0",
    async (signal) => {
      const release = Promise.withResolvers<void>();
      await using served = await serveTeam(
        teamScript({ draft: (call) => gated(text(draftOf(call.model)), release.promise) }),
      );
      const running = served.client.chat.completions.create({ model: "massgen", messages: question });
      for (const wire of ["openai", "gemini"]) await served.upstream.waitForCall((call) => call.wire === wire);
      served.massgen.child.kill(signal);
      await served.massgen.prints("taking no new requests");
      release.resolve();
      expect(messageOf(await running).content).toBe("The final coordinated answer.");
      expect(await served.massgen.exited).toEqual({ code: 0, signal: null });
    },
  );

  it("closes idle keep-alive connections at once and exits 0", async () => {
    await using served = await serveTeam(teamScript({}));
    await (await fetch(`${served.url}/health`)).text();
    served.massgen.child.kill("SIGTERM");
    expect(await served.massgen.exited).toEqual({ code: 0, signal: null });
  });

  it("a drain cut short tells the client so and exits 1", async () => {
    await using served = await serveTeam(teamScript({ draft: () => hang() }), { args: ["--drain-timeout", "0.2"] });
    const running = fetch(`${served.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: question, stream: true }),
    }).then((response) => response.text());
    await served.upstream.waitForCall((call) => call.wire === "gemini");
    served.massgen.child.kill("SIGTERM");
    const frames = (await running).split("\n\n").filter(Boolean);
    expect(frames.at(-1)).toBe("data: [DONE]");
    expect(frames.at(-2)).toContain('"error"');
    expect(await served.massgen.exited).toEqual({ code: 1, signal: null });
    await served.upstream.idle();
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("a second %s ends at once with %i", async (signal, code) => {
    await using served = await serveTeam(teamScript({ draft: () => hang() }));
    const running = served.client.chat.completions.create({ model: "massgen", messages: question }).catch(() => "gone");
    await served.upstream.waitForCall((call) => call.wire === "gemini");
    served.massgen.child.kill(signal);
    await served.massgen.prints("taking no new requests");
    served.massgen.child.kill(signal);
    expect(await served.massgen.exited).toEqual({ code, signal: null });
    expect(await running).toBe("gone");
  });
});
