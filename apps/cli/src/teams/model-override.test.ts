import { describe, expect, it } from "vitest";
import type { AgentConfig, BackendConfig } from "@massgen/config";
import { withModel } from "./model-override.ts";

const types = ["openai", "gemini", "groq"];

function changed(backend: Partial<BackendConfig>, name: string): BackendConfig {
  const agent: AgentConfig = { id: "a", backend: { sampling: {}, options: {}, ...backend } };
  const [result] = withModel([agent], name, types);
  if (!result) throw new RangeError("the agent is gone");
  return result.backend;
}

describe("massgen/model:<id>", () => {
  const own = {
    type: "openai",
    model: "gpt-4o",
    apiKey: "sk-own",
    sampling: { temperature: 0.1 },
    options: { user: "me" },
  };

  it("of the same type changes the model and nothing else", () => {
    expect(changed(own, "gpt-4.1")).toEqual({ ...own, model: "gpt-4.1" });
    expect(changed(own, "openai/gpt-4.1")).toEqual({ ...own, model: "gpt-4.1" });
  });

  it("of another type keeps the way through the network", () => {
    const way = { proxy: "http://proxy.example:3128", ca: "PEM" };
    expect(changed({ ...own, ...way }, "gemini-2.5-pro")).toMatchObject({ type: "gemini", ...way });
  });

  it("of another type leaves key and provider fields behind: never an old key to a new vendor", () => {
    expect(changed(own, "gemini-2.5-pro")).toEqual({
      type: "gemini",
      model: "gemini-2.5-pro",
      sampling: { temperature: 0.1 },
      options: {},
    });
    expect(changed(own, "groq/llama-3.3-70b")).toMatchObject({ type: "groq", model: "llama-3.3-70b" });
  });

  it("keeps type and address of an agent that has an address of its own", () => {
    const proxied = { ...own, baseUrl: "http://proxy.example/v1" };
    expect(changed(proxied, "gemini-2.5-pro")).toEqual({ ...proxied, model: "gemini-2.5-pro" });
    expect(changed(proxied, "anything")).toEqual({ ...proxied, model: "anything" });
    expect(changed(proxied, "openai/gpt-4.1")).toEqual({ ...proxied, model: "gpt-4.1" });
  });

  it("that does not identify its provider is not found", () => {
    expect(() => changed(own, "llama3")).toThrow("type/model");
  });
});
