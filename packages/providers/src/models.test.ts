import { createTeam } from "@massgen/core";
import { MassgenError } from "@massgen/core/model";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { collect } from "../fixtures/collect.ts";
import { frames, sendEvents, startUpstream } from "../fixtures/loopback-upstream.ts";
import { claude, gemini, model, openai } from "./models.ts";

const keys = [
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "GEMINI_API_KEY",
  "GOOGLE_API_KEY",
  "GOOGLE_GENERATIVE_AI_API_KEY",
];
beforeEach(() => {
  for (const name of keys) vi.stubEnv(name, "");
});
afterEach(() => void vi.unstubAllEnvs());

test.each([
  ["openai", openai, "OPENAI_API_KEY"],
  ["claude", claude, "ANTHROPIC_API_KEY"],
  ["gemini", gemini, "GEMINI_API_KEY"],
])("%s without a key says which variable to set", (_, helper, variable) => {
  let thrown: unknown;
  try {
    helper("m");
  } catch (error) {
    thrown = error;
  }
  expect(MassgenError.isInstance(thrown) && thrown.code).toBe("configuration");
  expect(String(thrown)).toContain(`set ${variable}`);
});

test("the key comes from the environment as it is now, the address too", async () => {
  const upstream = await startUpstream(({ response }) =>
    sendEvents(response, frames({ choices: [{ delta: { content: "ok" }, finish_reason: "stop" }] }, "[DONE]")),
  );
  vi.stubEnv("OPENAI_API_KEY", "key-of-the-environment");
  vi.stubEnv("OPENAI_BASE_URL", upstream.url);
  const said = openai("gpt-4o", { apiKey: "key-of-the-program", options: { verbosity: "low" } });
  for (const made of [openai("gpt-4o"), said]) expect((await collect(made.stream({ messages: [] }))).text).toBe("ok");
  expect(upstream.exchanges.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer key-of-the-environment",
    "Bearer key-of-the-program",
  ]);
  expect(upstream.exchanges[1]?.body).toMatchObject({ model: "gpt-4o", verbosity: "low" });
  await upstream.close();
});

describe("a name tells its service", () => {
  test.each([
    ["groq/llama-3.3-70b-versatile", "llama-3.3-70b-versatile"],
    ["openai/gpt-4o", "gpt-4o"],
    ["gpt-4o", "gpt-4o"],
    ["demo", "demo"],
  ])("%s", (name, shown) => {
    expect(model(name, { apiKey: "key-12345" }).model).toBe(shown);
  });

  test("with a type it is taken as it is", () => {
    expect(model("vendor/model", { type: "vllm" }).model).toBe("vendor/model");
  });

  test("otherwise nobody guesses", () => {
    expect(() => model("my-own-model")).toThrow("set type to one of");
    expect(() => model("llama-3.3-70b")).toThrow("several services have models of this name");
  });
});

test("a model knows whether it runs on the user's own machine", () => {
  expect(model("llama3.2:3b").capabilities).toMatchObject({ local: true });
  expect(openai("gpt-4o", { apiKey: "key-12345" }).capabilities?.local).toBeUndefined();
});

test("a team of names is a whole program", async () => {
  const team = createTeam({ agents: [model("demo"), model("demo"), model("demo")] });
  expect(team.agents.map(({ id }) => id)).toEqual(["demo", "demo-2", "demo-3"]);
  const { text } = await team.run({ messages: [{ role: "user", content: "What is 25 * 4?" }] }).answer();
  expect(text).toMatch(/^25 \* 4 = 100\.[^]*put this together from 3 drafts/);
});
