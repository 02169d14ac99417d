// The command line as an operator meets it: what it prints, what it refuses, how it ends.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { gated, hang, text } from "@massgen/upstream";
import { messageOf, question } from "./completion.ts";
import { runMassgen, startMassgen } from "./massgen-process.ts";
import { draftOf, teamScript } from "./script.ts";
import { documentedConfig, openaiKey, serveTeam } from "./team.ts";

const keys = { OPENAI_API_KEY: openaiKey, GEMINI_API_KEY: "AIzaTest" };

describe("massgen", () => {
  it("--version prints a version, --help shows commands with examples, both on stdout with exit code 0", async () => {
    expect(await runMassgen({ args: ["--version"] })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const help = await runMassgen({ args: ["--help"] });
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("massgen serve --config team.yaml");
    expect((await runMassgen({ args: [] })).stdout).toBe(help.stdout);
  });

  it.each([["srve"], ["serve", "--prot", "1"], ["serve", "--port"], ["check"]])(
    "%s %s: a wrong command line is one message and exit code 2",
    async (...args) => {
      const { code, stdout, stderr } = await runMassgen({ args });
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^error: .+/);
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );
});

describe("massgen serve refuses to start, with one clear message and exit code 2", () => {
  const cases: { what: string; args?: string[]; env?: Record<string, string>; config?: string; says: RegExp }[] = [
    {
      what: "a missing file",
      args: ["--config", "absent.yaml"],
      says: /absent\.yaml \(--config\): there is no such file/,
    },
    { what: "a folder", args: ["--config", "."], says: /it is a folder/ },
    { what: "bad YAML", config: "agents:\n  - id: a\n   backend: {", env: keys, says: /config\.yaml:\d/ },
    {
      what: "several mistakes at once",
      config: "agents: []\norchestrater: {}\n",
      env: keys,
      says: /2 problems[^]*orchestrator/,
    },
    {
      what: "a missing key",
      config: documentedConfig,
      says: /config\.yaml:3 {2}agents\[0\]\.backend: .*OPENAI_API_KEY[^]*config\.yaml:8 {2}agents\[1\].*(GEMINI|GOOGLE)_API_KEY/,
    },
    {
      what: "an unknown type",
      config: "agent: { backend: { type: opnai, model: gpt-4o } }\n",
      env: keys,
      says: /opnai.*openai/,
    },
    {
      what: "a name that identifies no type",
      config: "agent: { backend: { model: llama3 } }\n",
      env: keys,
      says: /type/,
    },
    {
      what: "an unset variable",
      config: "agent: { backend: { model: gpt-4o, api_key: '${MY_KEY}' } }\n",
      says: /config\.yaml:1.*MY_KEY/,
    },
    {
      what: "a port that is none",
      args: ["--demo", "--port", "70000"],
      says: /--port: must be a whole number from 0 to 65535, not "70000"/,
    },
    {
      what: "a variable that is none",
      args: ["--demo"],
      env: { MASSGEN_SERVER_PORT: "http" },
      says: /MASSGEN_SERVER_PORT: must be a whole number from 0 to 65535, not "http"/,
    },
    {
      what: "an address that is not this machine's",
      args: ["--demo", "--port", "0", "--host", "192.0.2.1"],
      says: /no address 192\.0\.2\.1/,
    },
    { what: "flags that exclude each other", args: ["--demo", "--config", "config.yaml"], says: /--demo.*--config/ },
    {
      what: "a default model of no known provider",
      args: ["--default-model", "llama3"],
      says: /--default-model: .*type\/model/,
    },
    { what: "nothing to serve", says: /There is no team to serve[^]*--demo/ },
  ];
  it.each(cases)("$what", async ({ args, env = {}, config, says }) => {
    const { code, stdout, stderr } = await runMassgen({
      args: ["serve", ...(args ?? (config === undefined ? [] : ["--config", "config.yaml"]))],
      env,
      files: config === undefined ? {} : { "config.yaml": config },
    });
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toMatch(/^\s+at |node:internal/m);
    expect(stderr).not.toContain(openaiKey);
  });

  it("a port in use", async () => {
    await using other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = String((other.address() as AddressInfo).port);
    const { code, stderr } = await runMassgen({ args: ["serve", "--demo", "--host", "127.0.0.1", "--port", port] });
    expect(code).toBe(2);
    expect(stderr).toBe(`Port ${port} on 127.0.0.1 is in use by another process. Stop it, or choose another port.\n`);
  });
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
    expect(massgen.stdout()).toContain("Models: massgen, massgen/model:gpt-4o, massgen/model:gemini-2.5-flash\n");
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

  it("--demo answers offline, says so, and shows a whole deliberation", async () => {
    await using massgen = await startMassgen({ args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"] });
    const url = await massgen.ready();
    expect(massgen.stdout()).toContain("no model is called");
    expect(massgen.stdout()).toContain(`curl -N ${url}/v1/chat/completions`);
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ messages: question }),
    });
    const answer = (await response.json()) as Parameters<typeof messageOf>[0];
    expect(messageOf(answer).content).toContain("no model was called");
    expect(
      messageOf(answer).reasoning_content?.match(/^\[\w+\] (Drafting|Answered|Voted)/gm)?.length,
    ).toBeGreaterThanOrEqual(8);
    expect(answer).not.toHaveProperty("usage");
  });

  it("--demo never calls a model, whatever keys there are and whatever a request names", async () => {
    await using massgen = await startMassgen({
      args: ["serve", "--demo", "--host", "127.0.0.1", "--port", "0"],
      env: keys,
    });
    const url = await massgen.ready();
    const ask = (model: string): Promise<Response> =>
      fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ model, messages: question }),
      });
    expect((await ask("massgen/model:gpt-4o")).status).toBe(404);
    expect(await (await ask("gpt-4o")).text()).toContain("no model was called");
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

describe("massgen check", () => {
  it("prints the team of a good file and exits 0", async () => {
    const done = await runMassgen({
      args: ["check", "config.yaml"],
      env: keys,
      files: { "config.yaml": documentedConfig },
    });
    expect(done).toEqual({
      code: 0,
      stdout: "config.yaml is fine.\n  research-agent  openai  gpt-4o\n  analysis-agent  gemini  gemini-2.5-flash\n",
      stderr: "",
    });
  });

  it("prints every problem of a bad file and exits 2", async () => {
    const { code, stderr } = await runMassgen({
      args: ["check", "config.yaml"],
      files: {
        "config.yaml":
          "agents:\n  - id: a\n    backend: { type: openai }\n  - id: a\n    backend: { type: gemini, model: g, temperature: hot }\n",
      },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^config\.yaml has 4 problems:\n/);
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

it("schema writes what editors want, and what the package ships", async () => {
  const { code, stdout } = await runMassgen({ args: ["schema"] });
  const shipped = new URL("../../../packages/config/massgen.schema.json", import.meta.url);
  expect([code, stdout]).toEqual([0, readFileSync(shipped, "utf8")]);
});

it("warnings of a configuration that cannot be used are printed before its errors", async () => {
  const files = { "team.yaml": "agent: { id: a, cwd: x, backend: { type: demo, temperature: 9 } }\n" };
  const { code, stderr } = await runMassgen({ args: ["check", "team.yaml"], files });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Warning: team\.yaml:1 {2}agent\.cwd: ignored.*\nteam\.yaml has 1 problem:\n.*temperature/);
});
