import { describe, expect, test } from "vitest";
import { ConfigError } from "./config-error.ts";
import { loadConfig, type LoadOptions } from "./load-config.ts";

const options: LoadOptions = {
  path: "config.yaml",
  env: { LIMIT: "3", KEY: "k" },
  accountOf: ({ type, apiKey, baseUrl }) => [type, apiKey, baseUrl].join(" "),
};

/** A file with an agent for each of these backends, one per line from line 2. */
function fileOf(...backends: readonly string[]): string {
  const agents = backends.map((fields, i) => `  - { id: a${i}, backend: { type: openai, model: m${i}, ${fields} } }\n`);
  return `agents:\n${agents.join("")}`;
}

function issuesOf(source: string, more: Partial<LoadOptions> = {}): string[] {
  try {
    loadConfig(source, { ...options, ...more });
    return [];
  } catch (error) {
    if (!ConfigError.isInstance(error)) throw error;
    return error.issues.map(({ path, line, message }) => `${line} ${path}: ${message}`);
  }
}

describe("limits of backends with the same type, key and address", () => {
  test("that contradict each other are told with both places", () => {
    const reason =
      "but both backends share it because they have the same type, key and address; write the same value in both, or leave it out in one";
    expect(
      issuesOf(fileOf("max_concurrency: 2", "requests_per_minute: 9", "max_concurrency: 3, requests_per_minute: 10")),
    ).toEqual([
      `4 agents[2].backend.max_concurrency: differs from agents[0].backend.max_concurrency, ${reason}`,
      `4 agents[2].backend.requests_per_minute: differs from agents[1].backend.requests_per_minute, ${reason}`,
    ]);
  });

  test("may be given once, or the same everywhere, also by a variable", () => {
    expect(issuesOf(fileOf("max_concurrency: 3", "temperature: 1", 'max_concurrency: "${LIMIT}"'))).toEqual([]);
    expect(issuesOf(fileOf("max_concurrency: 2", 'max_concurrency: "${LIMIT}"'))).toHaveLength(1);
    expect(issuesOf(fileOf("max_concurrency: 2", "max_concurrency: "))).toEqual([]);
  });

  test("are independent of each other for other keys and addresses", () => {
    expect(
      issuesOf(
        fileOf("max_concurrency: 1", "max_concurrency: 2, api_key: other", "max_concurrency: 3, base_url: http://h/v1"),
      ),
    ).toEqual([]);
  });

  test("are not compared where a backend cannot be used, or its account is unknown", () => {
    const source = fileOf("max_concurrency: 1", "max_concurrency: 2");
    expect(issuesOf(source, { backendProblem: ({ model }) => (model === "m1" ? "no API key" : undefined) })).toEqual([
      "3 agents[1].backend: no API key",
    ]);
    const { accountOf: _, ...hostless } = options;
    expect(loadConfig(source, hostless).config.agents).toHaveLength(2);
  });
});

test.each(["max_concurrency", "requests_per_minute", "tokens_per_minute"])("%s is a whole number above 0", (name) => {
  for (const value of ["0", "1.5", "many"]) {
    expect(issuesOf(fileOf(`${name}: ${value}`))[0]).toContain(
      `2 agents[0].backend.${name}: must be a whole number, 1 or more`,
    );
  }
});
