// massgen init without a terminal, against services and local servers on loopback. Its questions: terminal/init.test.ts.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { httpError, startLlamaServer, startUpstream, text, vote, type Script, type Upstream } from "@massgen/upstream";
import { runCommand } from "./command-line.ts";
import { type Nobody, startNobody } from "./nobody.ts";

const key = "sk-proj-0123456789abcdef";
const list = (...ids: readonly string[]) => ({ object: "list", data: ids.map((id) => ({ id, object: "model" })) });

/** Lists and models of every service; gpt-5 and llama-70b are listed, but refused. */
const pages = {
  "/v1/models": list("gpt-4.1-mini", "gpt-4o-mini", "gpt-5", "gpt-4o", "text-embedding-3-small"),
  "/v1/models?limit=1000": { data: [{ type: "model", id: "claude-haiku-4-5-20251001" }], has_more: false },
  "/v1beta/models?pageSize=1000": { models: [{ name: "models/gemini-2.5-flash" }, { name: "models/gemini-2.5-pro" }] },
  "/groq/models": list("openai/gpt-oss-20b", "llama-3.1-8b-instant", "whisper-large-v3"),
};
const able: Script = ({ model }) => (model === "gpt-5" ? httpError(404, {}) : vote("agent1", "It is right."));

let upstream: Upstream;
let nobody: Nobody;
beforeAll(async () => {
  upstream = await startUpstream(able, { pages });
  nobody = await startNobody();
});
afterAll(async () => {
  await upstream.close();
  nobody.close();
});
const running: Upstream[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function init(
  env: Record<string, string>,
  args: readonly string[] = ["--yes"],
  prepare?: (folder: string) => unknown,
) {
  let written: string | undefined;
  let checked: Awaited<ReturnType<typeof runCommand>> | undefined;
  const all = { ...nobody.env, ...env };
  const result = await runCommand({
    args: ["init", ...args],
    env: all,
    ...(prepare && { prepare }),
    inspect: async (folder) => {
      const path = join(folder, "massgen.yaml");
      written = existsSync(path) ? await readFile(path, "utf8") : undefined;
      if (written !== undefined) {
        checked = await runCommand({ args: ["check", "massgen.yaml"], env: all, files: { "massgen.yaml": written } });
      }
    },
  });
  expect(result.stdout + result.stderr + (written ?? "")).not.toContain(key);
  return { ...result, written, checked };
}

const services: Record<string, () => Record<string, string>> = {
  openai: () => ({ OPENAI_API_KEY: key, OPENAI_BASE_URL: `${upstream.url}/v1` }),
  claude: () => ({ ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: upstream.url }),
  gemini: () => ({ GOOGLE_API_KEY: key, GEMINI_BASE_URL: upstream.url }),
  groq: () => ({ GROQ_API_KEY: key, GROQ_BASE_URL: `${upstream.url}/groq` }),
};
const names = Object.keys(services);
const combinations = Array.from({ length: 2 ** names.length - 1 }, (_, n) =>
  names.filter((_name, at) => ((n + 1) & (1 << at)) > 0),
);

describe.each(["cheap", "strong"])("a %s team", (preset) => {
  it.each(combinations.map((types) => [types.join(", "), types] as const))("of %s", async (_, types) => {
    const env = Object.assign({}, ...types.map((type) => services[type]?.())) as Record<string, string>;
    const { code, stdout, written, checked } = await init(env, ["--yes", "--preset", preset]);
    expect(stdout).toMatch(/Wrote massgen\.yaml: a team of [^]*massgen serve\n/);
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(written).toMatch(/^# yaml-language-server: \$schema=\/.*massgen\.schema\.json\n/);
    for (const type of types.slice(0, 3)) expect(written).toContain(`type: ${type} `);
    expect(code).toBe(0);
  });
});

it("writes three different models, and names the variable of each key", async () => {
  const { written, checked } = await init({ ...services["openai"]?.(), ...services["gemini"]?.() });
  expect(checked?.stdout).toBe(
    "massgen.yaml is fine.\n  gpt-4.1-mini      openai  gpt-4.1-mini\n  gemini-2.5-flash  gemini  gemini-2.5-flash\n  gpt-4o-mini       openai  gpt-4o-mini\n",
  );
  expect(written).toContain("type: gemini # its key is in GOOGLE_API_KEY");
});

it("says what to type next, in a checkout too", async () => {
  const installed = await init({ ...services["groq"]?.() });
  expect(installed.stdout).toContain('\nAsk it:    massgen run "Why is the sky blue?"\nServe it:  massgen serve\n');
  const checkout = await init({ ...services["groq"]?.(), MASSGEN_START: "1" });
  expect(checkout.stdout).toContain('\nAsk it:    npm start -- run "Why is the sky blue?"\nServe it:  npm start\n');
  const other = await init({ ...services["groq"]?.(), MASSGEN_SERVER_DEFAULT_MODEL: "gpt-4o" });
  expect(other.stdout).toContain('massgen run --config massgen.yaml "Why is the sky blue?"');
  expect(other.stdout).toContain("massgen serve --config massgen.yaml\n");
});

it("reads .env here and of the user, as massgen serve does", async () => {
  const { GROQ_API_KEY: groq, ...rest } = services["groq"]?.() ?? {};
  const { stdout, code } = await init(rest, ["--yes"], async (folder) => {
    await mkdir(join(folder, "home/.config/massgen"), { recursive: true });
    await writeFile(join(folder, "home/.config/massgen/.env"), `GROQ_API_KEY=${groq}\n`);
  });
  expect(stdout).toContain("  GROQ_API_KEY: groq, 2 models\n");
  expect(code).toBe(0);
});

describe("what does not work is said", () => {
  it("a model that is listed and missing becomes a comment", async () => {
    const { code, stdout, written, checked } = await init(services["openai"]?.() ?? {}, [
      "--yes",
      "--preset",
      "strong",
    ]);
    expect(stdout).toMatch(/^gpt-5 +ok +no +\?$/m);
    expect(stdout).toMatch(/gpt-5 \(openai gpt-5\):\n {2}openai gpt-5: no such model/);
    expect(written).toMatch(/ {2}# openai gpt-5: no such model.*\n {2}# - id: gpt-5\n/);
    expect(checked?.stdout).not.toContain("gpt-5");
    expect(code).toBe(0);
  });

  it("a model that is missing gives its place to the next of its team", async () => {
    const larger = { ...pages, "/v1/models": list("gpt-5.2", "gpt-5", "gpt-4.1", "gpt-4o") };
    const calls: string[] = [];
    const service = await startUpstream(
      (call) => {
        calls.push(call.model);
        return able(call);
      },
      { pages: larger },
    );
    running.push(service);
    const { code, stderr, stdout, written, checked } = await init(
      { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${service.url}/v1` },
      ["--yes", "--preset", "strong"],
    );
    expect(stderr).toContain("openai does not have gpt-5: gpt-4o takes its place.\n");
    expect(stdout).toContain("Wrote massgen.yaml: a team of gpt-5.2, gpt-4o, gpt-4.1.\n");
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    expect(written).not.toMatch(/gpt-5\b(?!\.2)/);
    expect(calls.toSorted()).toEqual(["gpt-4.1", "gpt-4o", "gpt-5", "gpt-5.2"]);
    expect(code).toBe(0);
  });

  it("a refused key, and the team is made of the others", async () => {
    const refusing = await startUpstream(() => httpError(401, {}));
    running.push(refusing);
    const refused = createServer((_request, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: `Incorrect API key provided: ${key}` } }));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => refused.once("listening", resolve));
    const url = `http://127.0.0.1:${(refused.address() as AddressInfo).port}/v1`;
    const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: url };
    const both = await init({ ...env, ...services["gemini"]?.() });
    expect(both.stdout).toMatch(/OPENAI_API_KEY: not usable\. openai: the API key was refused/);
    expect(both.checked?.stdout).not.toContain("openai");
    expect(both.code).toBe(0);
    const alone = await init(env);
    expect(alone.stdout).toContain("There is nothing to make a team of yet");
    expect(alone).toMatchObject({ code: 1, written: undefined });
    refused.close();
  });

  it("nobody answers: nothing is written", async () => {
    const dead = await startUpstream(() => httpError(400, { error: { message: "Out of order." } }), { pages });
    running.push(dead);
    const { code, stderr, stdout, written } = await init({ OPENAI_API_KEY: key, OPENAI_BASE_URL: `${dead.url}/v1` });
    expect(stdout).toContain("Out of order.");
    expect(stderr).toContain("No agent answered, so massgen.yaml was not written.");
    expect({ code, written }).toEqual({ code: 1, written: undefined });
  });
});

describe("local servers", () => {
  it("llama.cpp with one model: a team of three on it", async () => {
    const llama = await startLlamaServer({ answer: () => "Yes.", callsTools: true });
    running.push(llama);
    const { code, stdout, checked, written } = await init({ LLAMACPP_BASE_URL: `${llama.url}/v1` });
    expect(stdout).toContain(`  llama.cpp at ${llama.url}/v1, 1 model\n`);
    expect(checked?.stdout).toMatch(/ {2}small +llamacpp +small\n {2}small-2 +llamacpp +small\n {2}small-3/);
    expect(written).toMatch(/temperature: 0\.8/);
    expect(code).toBe(0);
  });

  it("Ollama with three, found at OLLAMA_HOST without a path; models that embed are left out", async () => {
    const answer = { agent_id: "agent1", reason: "It is right." };
    const ollama = await startUpstream(() => text(JSON.stringify({ tool: "vote", arguments: answer })), {
      pages: { "/v1/models": list("llama3.2:3b", "nomic-embed-text:latest", "qwen2.5:7b", "mistral:latest") },
    });
    running.push(ollama);
    const { stdout, checked } = await init({ OLLAMA_HOST: ollama.url.replace("http://", "") });
    expect(stdout).toMatch(/Ollama at 127\.0\.0\.1:\d+, 3 models/);
    expect(checked?.stdout).toMatch(/llama3\.2-3b +ollama +llama3\.2:3b\n {2}qwen2\.5-7b .*\n {2}mistral /);
  });

  it("one that hangs delays nothing for long, and is named", async () => {
    const hung = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => hung.once("listening", resolve));
    const url = `http://127.0.0.1:${(hung.address() as AddressInfo).port}/v1`;
    const { code, stdout } = await init({ VLLM_BASE_URL: url, ...services["groq"]?.() });
    expect(stdout).toMatch(/vLLM at \S+: not usable\. vllm: 127\.0\.0\.1:\d+ did not answer in time/);
    expect(code).toBe(0);
    hung.closeAllConnections();
    hung.close();
  });

  it("a name that YAML or a variable would change is left out", async () => {
    const ollama = await startUpstream(() => text("{}"), {
      pages: { "/v1/models": list("${HOME}", "a\nb", "#x", "x".repeat(300)) },
    });
    running.push(ollama);
    expect(await init({ OLLAMA_HOST: ollama.url })).toMatchObject({ code: 1, written: undefined });
  });
});

it("with neither keys nor local servers it says what to set or install, and what runs meanwhile", async () => {
  const { code, stdout, written } = await init({});
  for (const part of ["OPENAI_API_KEY=", "ollama pull", "massgen run --demo"]) expect(stdout).toContain(part);
  expect({ code, written }).toEqual({ code: 1, written: undefined });
});

describe("refuses", () => {
  it("to overwrite a file", async () => {
    const { code, stderr, written } = await init(services["openai"]?.() ?? {}, ["--yes"], (folder) =>
      writeFile(join(folder, "massgen.yaml"), "agent: { backend: { type: demo } }\n"),
    );
    expect(stderr).toMatch(/^massgen\.yaml is there already, and massgen init never overwrites it\./);
    expect({ code, written }).toEqual({ code: 2, written: "agent: { backend: { type: demo } }\n" });
  });

  it("to ask where there is no terminal", async () => {
    const { code, stderr } = await init(services["openai"]?.() ?? {}, []);
    expect(stderr).toMatch(/not a terminal\. .*massgen init --yes/);
    expect(code).toBe(2);
  });

  it("a team that cannot be made, and one that nobody knows", async () => {
    const missing = await init(services["openai"]?.() ?? {}, ["--yes", "--preset", "local"]);
    expect(missing.stderr).toMatch(/No local team can be made of what was found; these can: cheap, strong\./);
    expect(missing.code).toBe(2);
    expect(await init({}, ["--yes", "--preset", "huge"])).toMatchObject({ code: 2, written: undefined });
  });
});
