import { describe, expect, test } from "vitest";
import { defaultSettings } from "@massgen/core";
import { loadConfig, type LoadOptions } from "./load-config.ts";

/** What holds when a file says nothing: how many revisions there are depends on the models. */
const { maxNewAnswersPerAgent: _, ...unwritten } = defaultSettings;

const options: LoadOptions = { path: "config.yaml", env: {} };

function load(source: string, more: Partial<LoadOptions> = {}) {
  return loadConfig(source, { ...options, ...more });
}

function warningsOf(source: string, more: Partial<LoadOptions> = {}): string[] {
  return load(source, more).warnings.map(({ path, line, message }) => `${line} ${path}: ${message}`);
}

/** The first agent's backend of a file with these backend fields. */
function backendOf(fields: string, more: Partial<LoadOptions> = {}) {
  return load(`agent: { backend: { type: openai, model: gpt-4o, ${fields} } }`, more).config.agents[0]?.backend;
}

test("reads the smallest useful team", () => {
  const source = `agents:
  - id: research-agent
    backend:
      type: openai
      model: gpt-4o

  - id: analysis-agent
    backend:
      type: gemini
      model: gemini-2.5-flash
`;
  expect(load(source, { backendTypes: ["openai", "gemini"] })).toMatchObject({
    config: {
      agents: [
        { id: "research-agent", backend: { type: "openai", model: "gpt-4o", sampling: {}, options: {} } },
        { id: "analysis-agent", backend: { type: "gemini", model: "gemini-2.5-flash", sampling: {}, options: {} } },
      ],
      coordination: unwritten,
      server: {},
      providers: [],
    },
    warnings: [],
  });
});

test("reads what is for measuring", () => {
  const { config } = load("agent: { backend: { type: demo } }\norchestrator: { exhaustive: true }\n");
  expect(config.coordination).toMatchObject({ exhaustive: true, lazy: "auto" });
});

test.each([
  ["exhaustive: true", "exhaustive"],
  ["quorum: 1, straggler_grace_seconds: 1", "quorum"],
])("warns of laziness beside what turns it off: %s", (other, key) => {
  const { warnings } = load(`agent: { backend: { type: demo } }\norchestrator: { lazy: on, ${other} }\n`);
  expect(warnings.map(({ message }) => message)).toEqual([
    `does nothing beside \`${key}\`, which calls everybody at once`,
  ]);
  expect(load(`agent: { backend: { type: demo } }\norchestrator: { ${other} }\n`).warnings).toEqual([]);
});

test("reads every key", () => {
  const source = `$schema: ./massgen.schema.json
agents:
  - id: a
    system_message: You look for numbers first.
    backend:
      type: openai
      model: gpt-4o
      api_key: \${KEY}
      base_url: http://localhost:1/v1
      temperature: 0.2
      top_p: 0.9
      max_tokens: 100
      stop: END
      seed: -7
      frequency_penalty: -1.5
      presence_penalty: 2
      reasoning_effort: low
      extra_body: { top_k: 5 }
      verbosity: high
      max_concurrency: 4
      requests_per_minute: 60
      tokens_per_minute: 90000
  - { id: b, backend: { model: claude-x, max_completion_tokens: 9, stop: [a, b] } }
orchestrator:
  voting_sensitivity: strict
  max_new_answers_per_agent: 3
  self_votes: exclude
  early_stop: false
  lazy: off
  final_answer: select
  traces: off
  audience: operator
  quorum: 2
  straggler_grace_seconds: 1.5
  max_answer_chars: 5000
  budget: { max_calls: 12, max_tokens: 200000 }
timeout_settings:
  orchestrator_timeout_seconds: 60
  agent_timeout_seconds: 50
  first_token_timeout_seconds: 20
  idle_timeout_seconds: 0.25
server:
  host: 127.0.0.1
  port: 0
  max_concurrent_runs: 3
  queue: 0
  body_limit: 2 MB
  body_depth: 50
  body_values: 1000
  body_keys: 300
  heartbeat_seconds: 0
  drain_timeout_seconds: 5
  json_deadline_seconds: 100
  client_keys: [{ name: ada, key: "\${KEY}", teams: [one] }]
store: sqlite:./runs.db
store_keep_days: 7
store_memory_mb: 64
history: off
store_sync: full
store_keys: ["\${KEY}"]
providers: ["@acme/massgen-provider-x"]
teams: { both: { agents: [a, b], orchestrator: { quorum: 1 } }, one: { agents: [b] } }
default_team: one
aliases: { "gpt-*": both }
`;
  const { config, warnings } = load(source, { env: { KEY: "secret" } });
  expect(warnings).toEqual([]);
  const coordination = {
    votingSensitivity: "strict",
    maxNewAnswersPerAgent: 3,
    selfVotes: "exclude",
    earlyStop: false,
    lazy: "off",
    exhaustive: false,
    finalAnswer: "select",
    traces: "off",
    audience: "operator",
    quorum: 2,
    stragglerGraceMs: 1500,
    budget: { maxCalls: 12, maxTokens: 200_000 },
    maxAnswerChars: 5000,
    deadlineMs: 60_000,
    limits: { firstTokenMs: 20_000, idleMs: 250, totalMs: 50_000 },
  };
  const { quorum: _quorum, stragglerGraceMs: _grace, ...withoutQuorum } = coordination;
  expect(config).toEqual({
    agents: [
      {
        id: "a",
        systemMessage: "You look for numbers first.",
        backend: {
          type: "openai",
          model: "gpt-4o",
          apiKey: "secret",
          baseUrl: "http://localhost:1/v1",
          sampling: {
            temperature: 0.2,
            topP: 0.9,
            maxOutputTokens: 100,
            stop: ["END"],
            seed: -7,
            frequencyPenalty: -1.5,
            presencePenalty: 2,
            reasoningEffort: "low",
          },
          limits: { maxConcurrency: 4, requestsPerMinute: 60, tokensPerMinute: 90_000 },
          options: { extra_body: { top_k: 5 }, verbosity: "high" },
        },
      },
      { id: "b", backend: { model: "claude-x", sampling: { maxOutputTokens: 9, stop: ["a", "b"] }, options: {} } },
    ],
    coordination,
    teams: [
      { name: "both", agents: ["a", "b"], coordination: { ...coordination, quorum: 1 } },
      { name: "one", agents: ["b"], coordination: withoutQuorum },
    ],
    defaultTeam: "one",
    aliases: [{ pattern: "gpt-*", team: "both" }],
    clientKeys: [{ name: "ada", key: "secret", teams: ["one"] }],
    server: {
      host: "127.0.0.1",
      port: 0,
      maxConcurrentRuns: 3,
      queue: 0,
      store: "sqlite:./runs.db",
      storeKeepMs: 7 * 24 * 60 * 60 * 1000,
      storeMemoryMb: 64,
      history: "off",
      storeSync: "full",
      bodyLimit: 2 * 1024 * 1024,
      bodyDepth: 50,
      bodyValues: 1000,
      bodyKeys: 300,
      heartbeatMs: 0,
      drainTimeoutMs: 5000,
      jsonDeadlineMs: 100_000,
    },
    providers: ["@acme/massgen-provider-x"],
    storeKeys: ["secret"],
  });
});

describe("one agent", () => {
  test.each(["agent: { backend: { type: demo } }", "agents: [{ backend: { type: demo } }]"])(
    "needs no id, and the demo no model: %s",
    (source) => {
      expect(load(source).config.agents).toEqual([
        { id: "agent_1", backend: { type: "demo", sampling: {}, options: {} } },
      ]);
    },
  );
});

test.each([2, "\t"])("reads JSON, indented with %j", (indent) => {
  const agents = [{ id: "a", backend: { type: "openai", model: "gpt-4o" } }];
  const source = JSON.stringify({ agents }, undefined, indent);
  const { config, lineOf } = load(source);
  expect(config.agents[0]?.backend.model).toBe("gpt-4o");
  expect(lineOf(["agents", 0, "backend", "model"])).toBe(7);
});

test("keys without a value are keys that are not set", () => {
  const source = `agent:
  id:
  system_message:
  backend: { type: demo, model: , temperature: , extra_body: , custom: }
agents:
orchestrator:
timeout_settings:
server: { host: , body_limit: , client_keys: }
store:
store_keys:
providers:
teams:
default_team:
aliases:
`;
  const { config, warnings } = load(source);
  expect(warnings).toEqual([]);
  expect(config).toEqual({
    agents: [{ id: "agent_1", backend: { type: "demo", sampling: {}, options: { custom: null } } }],
    coordination: unwritten,
    server: {},
    teams: [],
    aliases: [],
    clientKeys: [],
    storeKeys: [],
    providers: [],
  });
});

test.each([
  ["1000", 1000],
  ["20mb", 20 * 1024 ** 2],
  ["1 GB", 1024 ** 3],
  ["500kb", 500 * 1024],
  ["12b", 12],
  ['"4096"', 4096],
])("body_limit %s", (written, bytes) => {
  const source = `agent: { backend: { type: demo } }\nserver: { body_limit: ${written} }`;
  expect(load(source).config.server.bodyLimit).toBe(bytes);
});

describe("variables", () => {
  test("fill numbers, truth values and words where one alone is the value", () => {
    const source = `agent: { backend: { type: demo, temperature: "\${T}", top_k: "\${K}", stop: ["\${S}"] } }
orchestrator: { early_stop: "\${EARLY:-false}", lazy: "\${LAZY:-off}", traces: "\${TRACES}", quorum: "\${Q:-1}", straggler_grace_seconds: "\${G:-1e1}" }
server: { port: "\${PORT:-4000}", host: "\${H}-\${H}" }
`;
    const { config } = load(source, { env: { T: " 0.5 ", K: "7", S: "x", TRACES: "full", H: "h" } });
    expect(config.agents[0]?.backend).toEqual({
      type: "demo",
      sampling: { temperature: 0.5, stop: ["x"] },
      options: { top_k: "7" },
    });
    expect(config.coordination).toMatchObject({
      earlyStop: false,
      lazy: "off",
      traces: "full",
      quorum: 1,
      stragglerGraceMs: 10_000,
    });
    expect(config.server).toEqual({ port: 4000, host: "h-h" });
  });

  test("do not make a number of part of a text, nor of a quoted one", () => {
    const agent = "agent: { backend: { type: demo } }\n";
    expect(() => load(`${agent}server: { port: "4\${ZERO}" }`, { env: { ZERO: "0" } })).toThrow(
      "must be a whole number",
    );
    expect(() => load(`${agent}server: { port: "40" }`)).toThrow("must be a whole number from 0 to 65535, not text");
  });

  test("an empty one leaves a text unset", () => {
    expect(backendOf('api_key: "${KEY:-}", base_url: "${URL}"', { env: { URL: "" } })).toEqual({
      type: "openai",
      model: "gpt-4o",
      sampling: {},
      options: {},
    });
  });

  test("that a mapping inherits are not set", () => {
    expect(() => backendOf('api_key: "${constructor}"')).toThrow("the variable constructor is not set");
  });
});

describe("anchors", () => {
  test("aliases and merge keys bring values and lines", () => {
    const source = `agents:
  - id: a
    backend: &base
      type: openai
      model: gpt-4o
      temperature: 1
  - id: b
    backend: *base
  - id: c
    backend:
      <<: *base
      model: gpt-5
`;
    const { config, lineOf } = load(source);
    expect(config.agents.map(({ backend }) => [backend.model, backend.sampling.temperature])).toEqual([
      ["gpt-4o", 1],
      ["gpt-4o", 1],
      ["gpt-5", 1],
    ]);
    expect(lineOf(["agents", 1, "backend", "model"])).toBe(5);
    expect(lineOf(["agents", 2, "backend", "temperature"])).toBe(6);
    expect(lineOf(["agents", 2, "backend", "model"])).toBe(12);
  });
});

test("lineOf gives what is not written the line of what should hold it", () => {
  const { lineOf } = load("# team\nagent:\n  backend:\n    type: demo\n");
  expect(lineOf(["agent", "backend", "type"])).toBe(4);
  expect(lineOf(["agent", "backend", "api_key"])).toBe(3);
  expect(lineOf(["server", "port"])).toBeUndefined();
  expect(lineOf([])).toBeUndefined();
});

describe("warnings", () => {
  test("tell what a server for text agents ignores, each by path, and take it out", () => {
    const source = `ui: { display_type: "\${NOT_SET}" }
agents:
  - id: a
    cwd: work
    voting_sensitivity: strict
    backend:
      type: openai
      model: gpt-4o
      enable_web_search: true
      enable_thinking: true
      mcp_servers: [{ command: "\${NOT_SET}" }]
orchestrator:
  snapshot_storage: snapshots
  skip_final_presentation: true
timeout_settings:
  round_timeout_grace_seconds: 1
`;
    const nothing = "ignored; a server for text agents does not use it";
    expect(warningsOf(source)).toEqual([
      `1 ui: ${nothing}`,
      `4 agents[0].cwd: ${nothing}`,
      `5 agents[0].voting_sensitivity: ${nothing}: \`orchestrator.voting_sensitivity\` applies to the whole team`,
      `9 agents[0].backend.enable_web_search: ${nothing}`,
      `11 agents[0].backend.mcp_servers: ${nothing}`,
      `13 orchestrator.snapshot_storage: ${nothing}`,
      `14 orchestrator.skip_final_presentation: ${nothing}: \`final_answer: select\` does this`,
      `16 timeout_settings.round_timeout_grace_seconds: ${nothing}`,
    ]);
    expect(load(source).config.agents[0]?.backend.options).toEqual({ enable_thinking: true });
  });

  test("leave alone what the provider knows", () => {
    const optionNames = () => ["enable_web_search", "hooks"];
    expect(warningsOf("agent: { backend: { type: demo, enable_web_search: 1, hooks: 2 } }", { optionNames })).toEqual(
      [],
    );
  });

  test("tell which backend fields the provider does not know; they are passed on", () => {
    const optionNames = (type: string) => (type === "openai" ? ["verbosity"] : undefined);
    const source = `agents:
  - { id: a, backend: { type: openai, model: m, verbosity: low, temprature: 1, other: { x: 1 }, extra_body: {} } }
  - { id: b, backend: { type: vllm, model: m, whatever: 1 } }
  - { id: c, backend: { model: m, whatever: 1 } }
`;
    const unknown = "unknown to this backend type and passed on as it is";
    expect(warningsOf(source, { optionNames })).toEqual([
      `2 agents[0].backend.temprature: ${unknown}; did you mean temperature?`,
      `2 agents[0].backend.other: ${unknown}`,
    ]);
    expect(load(source, { optionNames }).config.agents[0]?.backend.options).toEqual({
      verbosity: "low",
      temprature: 1,
      other: { x: 1 },
      extra_body: {},
    });
  });

  test("tell what is read as something else", () => {
    const source = `agent: { backend: { type: demo } }
orchestrator:
  voting_sensitivity: checklist_gated
  max_new_answers_per_agent: null
`;
    expect(warningsOf(source)).toEqual([
      "3 orchestrator.voting_sensitivity: read as balanced; this server knows lenient, balanced and strict",
      "4 orchestrator.max_new_answers_per_agent: read as 2; a team without this limit might never end, so it is 1, 2 or 3",
    ]);
    expect(load(source).config.coordination).toMatchObject({ votingSensitivity: "balanced", maxNewAnswersPerAgent: 2 });
  });
});

test("does not change its input's environment, and reads the same twice", () => {
  const env = Object.freeze({ KEY: "x" });
  const source = 'agent: { backend: { type: demo, api_key: "${KEY}" } }';
  expect(load(source, { env }).config).toEqual(load(source, { env }).config);
});

describe("lists over several lines", () => {
  const list = ["one", "two"];

  test.each([
    ["where the key stands", '  backend:\n    type: demo\n    stop: [\n      "one",\n      "two",\n    ]\n'],
    ["further out", '  backend:\n    type: demo\n    stop: [\n      "one", "two"\n  ]\n  id: a\n'],
    ["at the start of a line", '  backend: {\n    type: demo, stop: ["one", "two",\n]\n}\n'],
  ])("may end %s", (_name, text) => {
    expect(load(`agent:\n${text}`).config.agents[0]?.backend.sampling.stop).toEqual(list);
  });

  test("keep the numbers of the lines behind them", () => {
    const source = "agent:\n  backend: { type: demo,\n}\nserver:\n  prot: 1\n";
    expect(() => load(source)).toThrow("config.yaml:5  server.prot: unknown key");
  });

  test("that never end are still said where they go wrong", () => {
    expect(() => load("agent:\n  backend: [\nserver: {}\n")).toThrow(
      "config.yaml:3  not valid YAML: this line should be indented more",
    );
  });
});
