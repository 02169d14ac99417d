// Which provider a model's name or a backend's address means, as users meet it.
import { describe, expect, it } from "vitest";
import { runCommand } from "./command-line.ts";
import { startMassgen } from "./massgen-process.ts";

const services = /groq.*cerebras.*together.*openrouter.*ollama/;

function check(backend: string, env: Record<string, string> = {}): ReturnType<typeof runCommand> {
  return runCommand({
    args: ["check", "team.yaml"],
    env,
    files: { "team.yaml": `agent: { backend: { ${backend} } }\n` },
  });
}

describe("a backend without a type", () => {
  it.each(["gpt-oss-120b", "openai/gpt-oss-120b", "llama-3.3-70b-versatile"])(
    "on %s is asked for one, with the services that have the model named",
    async (model) => {
      const { code, stderr } = await check(`model: ${model}`, { OPENAI_API_KEY: "sk-test-0123456789" });
      expect(code).toBe(2);
      expect(stderr).toMatch(/team\.yaml:1 {2}agent\.backend: several services have models of this name; set type to /);
      expect(stderr).toMatch(services);
    },
  );

  it.each<[string, string, string]>([
    [
      "the vendor's whose address it has",
      "model: openai/gpt-oss-120b, base_url: 'https://api.groq.com/openai/v1'",
      "groq",
    ],
    ["the vendor's before the name's", "model: openai/gpt-4o, base_url: 'https://openrouter.ai/api/v1'", "openrouter"],
    ["the name's at an address of nobody's", "model: gpt-4o, base_url: 'http://proxy.example/v1'", "openai"],
  ])("has %s", async (_what, backend, type) => {
    const key = "key-0123456789";
    const env = { GROQ_API_KEY: key, OPENROUTER_API_KEY: key, OPENAI_API_KEY: key };
    const { code, stdout } = await check(backend, env);
    expect([code, stdout.split("\n")[1]?.split(/ {2,}/)[2]]).toEqual([0, type]);
  });

  it("the type it is given wins over both", async () => {
    const { stdout } = await check("type: vllm, model: gpt-4o, base_url: 'https://api.groq.com/openai/v1'");
    expect(stdout).toContain("  agent_1  vllm  gpt-4o\n");
  });
});

it("--default-model of an ambiguous name says how to write it", async () => {
  const { code, stderr } = await runCommand({ args: ["serve", "--default-model", "gpt-oss-20b"] });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^--default-model: Several services have models named "gpt-oss-20b": write it as type\/model/);
  expect(stderr).toContain("groq/gpt-oss-20b, cerebras/gpt-oss-20b, together/gpt-oss-20b, openrouter/gpt-oss-20b or");
});

it("a request for an ambiguous name is a 404 that says how to write it", async () => {
  await using massgen = await startMassgen({
    args: ["serve", "--host", "127.0.0.1", "--port", "0"],
    env: { OPENAI_API_KEY: "sk-test-0123456789" },
  });
  const response = await fetch(`${await massgen.ready()}/v1/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: "openai/gpt-oss-20b", messages: [{ role: "user", content: "Hello" }] }),
  });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    error: { code: "model_not_found", message: expect.stringContaining("such as groq/openai/gpt-oss-20b,") },
  });
});
