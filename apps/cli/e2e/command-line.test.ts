// Command lines that start nothing: what they print, what they refuse. All in this process.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { commandTable } from "../src/commands/table.ts";
import { welcome } from "../src/terminal/welcome.ts";
import { runCommand } from "./command-line.ts";
import { documentedConfig } from "./team.ts";

const keys = { OPENAI_API_KEY: "sk-proj-0123456789", GEMINI_API_KEY: "AIzaTest" };

it("--help lists commands with examples; so does massgen alone where nobody looks on", async () => {
  const help = await runCommand({ args: ["--help"] });
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("massgen serve --config team.yaml");
  expect(help.stdout).toContain("massgen run --demo");
  expect((await runCommand({ args: [] })).stdout).toBe(help.stdout);
});

it("what massgen alone tells a person to type are commands that there are", () => {
  const named = [...welcome.matchAll(/massgen ([a-z]+)/g)].map(([, name]) => name);
  expect(named).toEqual(["init", "run", "chat", "serve", "run"]);
  expect(commandTable.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
});

it("massgen chat without a terminal says what to use instead", async () => {
  const { code, stdout, stderr } = await runCommand({ args: ["chat", "--demo"] });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe('massgen chat needs a terminal. In a script: massgen run "question"\n');
});

it.each([
  ["serve", "--config", ""],
  ["serve", "--demo", "--host", " "],
  ["serve", "--demo", "--api-key-file", ""],
  ["run", "--config", "", "Hello?"],
  ["runs", "list", "--config", ""],
  ["check", ""],
])("%s %s %s: nothing for a value is said to be that, not taken for the working directory", async (...args) => {
  const { code, stdout, stderr } = await runCommand({ args });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: (option '--[a-z-]+ <\w+>' has nothing for a value|argument 'config' is empty)/);
});

it.each([["srve"], ["serve", "--prot", "1"], ["serve", "--port"], ["check"]])(
  "%s %s: a wrong command line is one message and exit code 2",
  async (...args) => {
    const { code, stdout, stderr } = await runCommand({ args });
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: .+/);
    expect(stderr).not.toMatch(/^\s+at /m);
  },
);

describe("massgen serve refuses to start, with one clear message and exit code 2", () => {
  const cases: { what: string; args?: string[]; env?: Record<string, string>; config?: string; says: RegExp }[] = [
    {
      what: "a missing file",
      args: ["--config", "absent.yaml"],
      says: /absent\.yaml \(--config\): there is no such file/,
    },
    { what: "a folder", args: ["--config", "."], says: /it is a folder/ },
    { what: "an endless name", args: ["--config", "a".repeat(400)], says: /: its name is too long for a file\.$/m },
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
      what: "a model name that identifies no type",
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
      what: "a flag that is no port",
      args: ["--demo", "--port", "70000"],
      says: /--port: must be a whole number from 0 to 65535, not "70000"/,
    },
    {
      what: "a variable that is no port",
      args: ["--demo"],
      env: { MASSGEN_SERVER_PORT: "http" },
      says: /MASSGEN_SERVER_PORT: must be a whole number from 0 to 65535, not "http"/,
    },
    {
      what: "an address of another machine",
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
  it.each(cases)("$what", async ({ args, env, config, says }) => {
    const { code, stdout, stderr } = await runCommand({
      args: ["serve", ...(args ?? (config === undefined ? [] : ["--config", "config.yaml"]))],
      ...(env && { env }),
      files: config === undefined ? {} : { "config.yaml": config },
    });
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toMatch(/^\s+at |node:internal/m);
    expect(stderr).not.toContain(keys.OPENAI_API_KEY);
  });

  it("but a Postgres that does not answer yet is worth another start", async () => {
    const store = "postgres://ada:hunter2@127.0.0.1:1/runs";
    const { code, stdout, stderr } = await runCommand({ args: ["serve", "--demo", "--port", "0", "--store", store] });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^store: the store postgres:\/\/127\.0\.0\.1:1\/runs: Postgres cannot be reached/);
  });

  it("a port in use", async () => {
    await using other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = String((other.address() as AddressInfo).port);
    const { code, stderr } = await runCommand({ args: ["serve", "--demo", "--host", "127.0.0.1", "--port", port] });
    expect(code).toBe(2);
    expect(stderr).toBe(`Port ${port} on 127.0.0.1 is in use by another process. Stop it, or choose another port.\n`);
  });
});

describe("massgen check", () => {
  it("prints the team of a good file and exits 0", async () => {
    expect(
      await runCommand({ args: ["check", "config.yaml"], env: keys, files: { "config.yaml": documentedConfig } }),
    ).toEqual({
      code: 0,
      stdout: "config.yaml is fine.\n  research-agent  openai  gpt-4o\n  analysis-agent  gemini  gemini-2.5-flash\n",
      stderr: "",
    });
  });

  it("prints every problem of a bad file and exits 2", async () => {
    const config =
      "agents:\n  - id: a\n    backend: { type: openai }\n  - id: a\n    backend: { type: gemini, model: g, temperature: hot }\n";
    const { code, stderr } = await runCommand({ args: ["check", "config.yaml"], files: { "config.yaml": config } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^config\.yaml has 4 problems:\n/);
  });

  it("warns of a limit of a day that the process would forget, and shows it", async () => {
    const config =
      "agent: { id: a, backend: { type: ollama, model: m, price: { input: 1, output: 1 } } }\nserver: { client_keys: [{ name: ui, key: a-key, max_usd_per_day: 2 }] }\n";
    const { code, stdout, stderr } = await runCommand({
      args: ["check", "config.yaml"],
      files: { "config.yaml": config },
    });
    expect(code).toBe(0);
    expect(stdout).toContain("\nKey of ui: all teams; at most $2 a day\n");
    expect(stderr).toMatch(/^Warning: what keys have spent today is forgotten when this process ends.*memory\n$/);
    const kept = { "config.yaml": `${config}store: "sqlite:runs.db"\n` };
    expect(await runCommand({ args: ["check", "config.yaml"], files: kept })).toMatchObject({ code: 0, stderr: "" });
  });

  it("prints the warnings of a bad file before its errors", async () => {
    const config = "agent: { id: a, cwd: x, backend: { type: demo, temperature: 9 } }\n";
    const { code, stderr } = await runCommand({ args: ["check", "config.yaml"], files: { "config.yaml": config } });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^Warning: config\.yaml:1 {2}agent\.cwd: ignored.*\nconfig\.yaml has 1 problem:\n.*temperature/,
    );
  });
});

it("schema writes what the package ships", async () => {
  const shipped = new URL("../../../packages/config/massgen.schema.json", import.meta.url);
  expect(await runCommand({ args: ["schema"] })).toEqual({
    code: 0,
    stdout: await readFile(shipped, "utf8"),
    stderr: "",
  });
});
