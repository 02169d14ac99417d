import { describe, expect, it } from "vitest";
import { preferredTypes } from "./preferred-models.ts";
import { agentsOf, proposals } from "./propose-team.ts";

const hosted = (types: readonly string[]) => types.map((type) => ({ type, variable: `${type.toUpperCase()}_API_KEY` }));
const ollama = (models: readonly string[]) => [
  { type: "ollama", title: "Ollama", address: "http://localhost:11434/v1", models },
];

describe("a team of three different models", () => {
  const few = ["openai", "claude", "gemini", "grok", "mistral", "groq", "openrouter", "perplexity"];
  const subsets = Array.from({ length: 2 ** few.length - 1 }, (_, n) => few.filter((_type, at) => (n + 1) & (1 << at)));

  it("of every combination of keys, from as many services as there are", () => {
    for (const types of [...subsets, ...preferredTypes.map((type) => [type])]) {
      const found = proposals(hosted(types), []);
      expect(found.map(({ kind }) => kind)).toEqual(["cheap", "strong"]);
      for (const { agents } of found) {
        expect(new Set(agents.map(({ model }) => model)).size).toBe(3);
        expect(new Set(agents.map(({ id }) => id)).size).toBe(3);
        expect(new Set(agents.map(({ type }) => type)).size).toBe(Math.min(3, types.length));
      }
    }
  });

  it("of what the service lists, in the order of preference, dated names too", () => {
    const listed = [
      { type: "openai", variable: "OPENAI_API_KEY", models: ["babbage", "gpt-4o-mini", "gpt-4.1-mini"] },
      { type: "claude", variable: "ANTHROPIC_API_KEY", models: ["claude-haiku-4-5-20251001"] },
    ];
    expect(proposals(listed, [])[0]?.agents.map(({ model }) => model)).toEqual([
      "gpt-4.1-mini",
      "claude-haiku-4-5-20251001",
      "gpt-4o-mini",
    ]);
  });

  it("of the first that are listed, where none is known", () => {
    const listed = [{ type: "groq", variable: "GROQ_API_KEY", models: ["new-1", "new-2", "new-3", "new-4"] }];
    expect(proposals(listed, [])[0]?.agents.map(({ model }) => model)).toEqual(["new-1", "new-2", "new-3"]);
  });
});

it("no service whose key is refused", () => {
  const refused = { type: "openai", variable: "OPENAI_API_KEY", problem: "the API key was refused" };
  expect(proposals([refused], [])).toEqual([]);
  const [cheap] = proposals([refused, ...hosted(["gemini"])], []);
  expect(new Set(cheap?.agents.map(({ type }) => type))).toEqual(new Set(["gemini"]));
});

describe("local models", () => {
  it("are a team of their own, behind those of services", () => {
    const kinds = proposals(hosted(["openai"]), ollama(["llama3.2:latest"])).map(({ kind }) => kind);
    expect(kinds).toEqual(["cheap", "strong", "local"]);
  });

  it("a single one becomes three agents that differ by temperature", () => {
    const [local] = proposals([], ollama(["llama3.2:latest"]));
    const agent = { type: "ollama", model: "llama3.2:latest", temperature: 0.8 };
    expect(local?.agents).toEqual([
      { ...agent, id: "llama3.2" },
      { ...agent, id: "llama3.2-2" },
      { ...agent, id: "llama3.2-3" },
    ]);
  });

  it("none of a server without models", () => {
    expect(proposals([], ollama([]))).toEqual([]);
  });
});

it("five agents at most, with ids that a configuration takes", () => {
  const chosen = ["a/b:c", "..", "B", "b", "x".repeat(80), "six"].map((model) => ({ type: "vllm", model }));
  expect(agentsOf(chosen).map(({ id }) => id)).toEqual(["b-c", "agent", "B", "b", "x".repeat(32)]);
});
