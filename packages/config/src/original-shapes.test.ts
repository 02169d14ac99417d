import { describe, expect, test } from "vitest";
import { loadConfig, type LoadOptions } from "./load-config.ts";

const options: LoadOptions = {
  path: "team.yaml",
  env: { KEY: "k", FIVE: "5" },
  backendTypes: ["openai", "claude", "gemini", "lmstudio"],
  optionNames: (type) => (type === "openai" ? ["verbosity"] : type === "acme" ? ["text", "reasoning"] : []),
  inferType: ({ model }) => (model?.startsWith("gpt-") === true ? "openai" : undefined),
};

function read(source: string, more: Partial<LoadOptions> = {}) {
  const { config, warnings } = loadConfig(source, { ...options, ...more });
  return { config, said: warnings.map(({ path, message }) => `${path}: ${message}`) };
}

describe("text and reasoning of OpenAI's Responses API", () => {
  const backend = (fields: string): string => `agent: { id: a, backend: { model: gpt-5-mini, ${fields} } }`;

  test.each(["type: openai, ", ""])("become verbosity and reasoning_effort, with %j", (type) => {
    const source = backend(`${type}text: { verbosity: low }, reasoning: { effort: high, summary: auto }`);
    const { config, said } = read(source);
    expect(config.agents[0]?.backend).toMatchObject({
      sampling: { reasoningEffort: "high" },
      options: { verbosity: "low" },
    });
    expect(config.agents[0]?.backend.options).toEqual({ verbosity: "low" });
    expect(said).toEqual([
      "agent.backend.text.verbosity: read as `verbosity`",
      "agent.backend.reasoning.summary: ignored; a field of this service's own goes into `extra_body`",
      "agent.backend.reasoning.effort: read as `reasoning_effort`",
    ]);
  });

  test("are not sent to a service that has no such setting", () => {
    const { config, said } = read(backend("type: claude, text: { verbosity: low }"));
    expect(config.agents[0]?.backend.options).toEqual({});
    expect(said).toEqual(["agent.backend.text.verbosity: ignored; type claude has no such setting"]);
  });

  test("give way to the names that are used here", () => {
    const { config, said } = read(backend("type: openai, reasoning_effort: low, reasoning: { effort: high }"));
    expect(config.agents[0]?.backend.sampling.reasoningEffort).toBe("low");
    expect(said).toEqual(["agent.backend.reasoning.effort: ignored; `reasoning_effort` is there as well"]);
  });

  test("are checked like what they become", () => {
    expect(() => read(backend("type: openai, reasoning: { effort: 3 }"))).toThrow(
      "agent.backend.reasoning_effort: must be text",
    );
  });

  test("stay where a provider package knows them", () => {
    const more = { backendTypes: ["acme"] };
    const { config, said } = read(backend("type: acme, text: { verbosity: low }, reasoning: { effort: high }"), more);
    expect(config.agents[0]?.backend.options).toEqual({ text: { verbosity: "low" }, reasoning: { effort: "high" } });
    expect(said).toEqual([]);
  });
});

test.each(["4", "25", "${FIVE}"])("more answers than there are, %s, are three", (answers) => {
  const source = `agent: { id: a, backend: { model: gpt-5 } }\norchestrator: { max_new_answers_per_agent: "${answers}" }\n`;
  const { config, said } = read(answers.startsWith("$") ? source : source.replaceAll('"', ""));
  expect(config.coordination.maxNewAnswersPerAgent).toBe(3);
  expect(said).toEqual([
    "orchestrator.max_new_answers_per_agent: read as 3: this server allows a draft and two revisions",
  ]);
});

test.each(["0", "-1", "2.5", "many", "4.5", "'5'"])("an invalid answer limit, %s, is an error", (answers) => {
  const source = `agent: { id: a, backend: { model: gpt-5 } }\norchestrator: { max_new_answers_per_agent: ${answers} }\n`;
  expect(() => read(source)).toThrow("max_new_answers_per_agent: must be 1, 2 or 3");
});

test("a file for a terminal with tools is a team of chat models, and each key that does nothing is told of once", () => {
  const agent = (id: string): string => `  - id: ${id}
    backend:
      type: openai
      model: gpt-5-mini
      cwd: work_${id}
      enable_web_search: true
      command_line_execution_mode: docker
      mcp_servers: { files: { type: stdio, command: npx, args: ["x"] } }
`;
  const { config, said } = read(`agents:
${agent("one")}${agent("two")}${agent("three")}
orchestrator:
  snapshot_storage: snapshots
  enable_multimodal_tools: true
  image_generation_backend: openai
  coordination: { enable_agent_task_planning: true }
  voting_sensitivity: checklist_gated
timeout_settings: { orchestrator_timeout_seconds: 600, initial_round_timeout_seconds: 60 }
ui: { display_type: rich_terminal, logging_enabled: true }
`);
  expect(config.agents.map(({ backend }) => backend.options)).toEqual([{}, {}, {}]);
  const nothing = "ignored; a server for text agents does not use it";
  expect(said.filter((line) => line.startsWith("agents"))).toEqual(
    ["cwd", "enable_web_search", "command_line_execution_mode", "mcp_servers"].map(
      (key) => `agents[0].backend.${key}: ${nothing} (also in 2 more agents)`,
    ),
  );
  expect(said).toHaveLength(4 + 4 + 1 + 1 + 1);
});

test.each(["claude_code", "codex", "copilot", "gemini_cli", "antigravity_cli", "ag2"])(
  "%s is refused by name",
  (type) => {
    expect(() => read(`agent: { id: a, backend: { type: ${type}, cwd: work } }`)).toThrow(
      `agent.backend.type: "${type}" wraps a tool on the user's machine`,
    );
  },
);

test("what a backend keeps for later is not sent", () => {
  const { config, said } = read("agent: { id: a, backend: { type: openai, model: m, fallback: b } }");
  expect(config.agents[0]?.backend.options).toEqual({});
  const elsewhere = "a service's own field of this name goes into `extra_body`";
  expect(said).toEqual([
    `agent.backend.fallback: ignored; an agent's \`fallback\` stands beside its \`backend\`, and ${elsewhere}`,
  ]);
});

test("the API of a backend is one of two", () => {
  const { config, said } = read("agent: { id: a, backend: { type: openai, model: m, api: responses } }");
  expect([config.agents[0]?.backend.options, said]).toEqual([{ api: "responses" }, []]);
  expect(() => read("agent: { id: a, backend: { type: openai, model: m, api: realtime } }")).toThrow(
    "api: must be chat or responses",
  );
});

test("a context length is a number of tokens", () => {
  const backend = (length: string) =>
    `agent: { id: a, backend: { type: lmstudio, model: m, context_length: ${length} } }`;
  const { config, said } = read(backend("2048"));
  expect(config.agents[0]?.backend).toMatchObject({ contextTokens: 2048, options: {} });
  expect(said).toEqual([]);
  for (const wrong of ["100", "2k", "2048.5", "-1", "1e300"]) {
    expect(() => read(backend(wrong)), wrong).toThrow("context_length: must be a whole number, 256 or more");
  }
});

test("warnings come along with errors", () => {
  const source = "agent: { id: a, cwd: x, backend: { type: openai, model: m, temperature: 9 } }";
  expect(() => read(source)).toThrow(
    expect.objectContaining({
      file: "team.yaml",
      issues: [expect.objectContaining({ path: "agent.backend.temperature" })],
      warnings: [expect.objectContaining({ path: "agent.cwd" })],
    }),
  );
});
