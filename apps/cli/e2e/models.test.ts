// massgen models: what services on loopback list, and what is said when they do not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUpstream, text, type Upstream } from "@massgen/upstream";
import { runCommand } from "./command-line.ts";

const key = "sk-proj-0123456789abcdef";
let upstream: Upstream;
let silence: Record<string, string>;
beforeAll(async () => {
  upstream = await startUpstream(() => text(""), {
    pages: {
      "/v1/models": { object: "list", data: [{ id: "gpt-4o" }, { id: "odd\u001b[31m name" }] },
      "/empty/models": { object: "list", data: null },
    },
  });
  const nowhere = `${upstream.url}/nowhere`;
  silence = Object.fromEntries(["LMSTUDIO", "LLAMACPP", "VLLM", "SGLANG"].map((name) => [`${name}_BASE_URL`, nowhere]));
});
afterAll(() => upstream.close());

const models = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand({ args: ["models", ...args], env: { OLLAMA_HOST: `${upstream.url}/nowhere`, ...silence, ...env } });

it("one a line, without what a terminal would act on", async () => {
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${upstream.url}/v1` };
  expect(await models(["openai"], env)).toEqual({ code: 0, stdout: "gpt-4o\nodd name\n", stderr: "" });
});

it("none yet", async () => {
  const found = await models(["ollama"], { OLLAMA_HOST: `${upstream.url}/empty` });
  expect(found).toEqual({ code: 0, stdout: "", stderr: "ollama has no models yet.\n" });
});

describe("what goes wrong is one message", () => {
  it.each<[string, string[], Record<string, string>, number, RegExp]>([
    ["a missing key", ["openai"], {}, 2, /^backend openai: no API key; set OPENAI_API_KEY/],
    ["an unknown type", ["opnai"], {}, 2, /^unknown backend type "opnai"; known types: /],
    [
      "a type without a list",
      ["azure_openai"],
      { AZURE_OPENAI_API_KEY: key, AZURE_OPENAI_ENDPOINT: "https://a.example" },
      2,
      /deployments/,
    ],
    ["a page that is not there", ["ollama"], {}, 1, /^ollama: no such model or URL/],
  ])("%s", async (_, args, env, code, says) => {
    const found = await models(args, env);
    expect(found.stderr).toMatch(says);
    expect(found).toMatchObject({ code, stdout: "" });
    expect(found.stderr).not.toMatch(/^\s+at |sk-proj/m);
  });
});

describe("without a type", () => {
  it("what can be asked", async () => {
    const { code, stdout } = await models([], { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${upstream.url}/v1` });
    expect(stdout).toMatch(/^Found:\n {2}OPENAI_API_KEY: openai, 1 model\n[^]*massgen models TYPE/);
    expect(code).toBe(0);
  });

  it("no key at all", async () => {
    const { code, stdout } = await models([]);
    // The addresses were set, so that they are meant.
    expect(stdout).toMatch(/Ollama at http:\/\/127\.0\.0\.1:\d+\/nowhere: not usable\. ollama: no such/);
    expect(code).toBe(0);
  });
});
