import { describe, expect, test } from "vitest";
import { MassgenError } from "@massgen/core/model";
import { ConfigError } from "./config-error.ts";
import { loadConfig, type LoadOptions } from "./load-config.ts";

const backendTypes = ["openai", "claude", "gemini", "demo"];

function errorOf(source: string, more: Partial<LoadOptions> = {}): ConfigError {
  try {
    loadConfig(source, { path: "config.yaml", env: {}, backendTypes, ...more });
  } catch (error) {
    if (ConfigError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("the file was accepted");
}

/** The report without its headline and indentation. */
function reportOf(source: string, more: Partial<LoadOptions> = {}): string[] {
  return errorOf(source, more)
    .message.split("\n")
    .slice(1)
    .map((line) => line.trim());
}

test("is one MassgenError with a headline and a line per issue", () => {
  const error = errorOf("agent: { backend: { type: opnai, model: m } }\nserver: { prot: 1 }");
  expect(error.message).toBe(`config.yaml has 2 problems:
  config.yaml:1  agent.backend.type: unknown type "opnai"; did you mean openai?
  config.yaml:2  server.prot: unknown key; did you mean port?`);
  expect(error.code).toBe("configuration");
  expect(MassgenError.isInstance(error)).toBe(true);
  expect(ConfigError.isInstance(new MassgenError("configuration", "other"))).toBe(false);
  expect(error.issues).toEqual([
    { path: "agent.backend.type", line: 1, message: 'unknown type "opnai"; did you mean openai?' },
    { path: "server.prot", line: 2, message: "unknown key; did you mean port?" },
  ]);
});

const everythingWrong = `agents:
  - id: a
    model: gpt-4o
    backend: { type: openai, temperature: "\${HOT}", top_p: 3, seed: 0.5, max_tokens: many, stop: { a: 1 } }
  - backend: { type: codex, model: "\${NOPE}/\${NOPE2}" }
  - id: a
    backend: openai
  - id: b c
  - id: 1
    backend: { type: claude, api_key: 1234, model: [x], base_url: localhost }
orchestrator:
  voting_sensitivity: lenent
  max_new_answers_per_agent: 0
  quorum: 9
  straggler_grace_seconds: -1
  early_stop: yes
  budget: { max_call: 1, max_tokens: 0 }
  note: |
    first line
    \${ZZ} and
    \${not this}
timeout_settings:
  agent_timeout_seconds: 0
server:
  port: 70000
  api_key_file: [keys]
  body_limit: lots
models: [gpt-4o]
traces: off
providers: [1]
`;

const everythingWrongReport = [
  "config.yaml:3  agents[0].model: unknown key; it belongs in an agent's `backend`",
  "config.yaml:4  agents[0].backend.temperature: must be a number from 0 to 2, which the value of ${HOT} is not",
  "config.yaml:4  agents[0].backend.top_p: must be a number from 0 to 1, not 3",
  "config.yaml:4  agents[0].backend.max_tokens: must be a whole number, 1 or more, not text",
  "config.yaml:4  agents[0].backend.stop: must be text or a list of texts, not a mapping",
  "config.yaml:4  agents[0].backend.seed: must be a whole number, not 0.5",
  "config.yaml:4  agents[0].backend.model: is missing; name the model, such as gpt-4o",
  "config.yaml:5  agents[1].backend.model: the variable NOPE is not set; set it or write ${NOPE:-default}",
  "config.yaml:5  agents[1].backend.model: the variable NOPE2 is not set; set it or write ${NOPE2:-default}",
  "config.yaml:5  agents[1].id: is missing; each of several agents needs an id of its own",
  'config.yaml:5  agents[1].backend.type: "codex" wraps a tool on the user\'s machine, which a plain server cannot run; use openai, claude or another type of model service',
  'config.yaml:6  agents[2].id: "a" is the id of agents[0] already; ids must be unique',
  "config.yaml:7  agents[2].backend: must be a mapping such as `{ type: openai, model: gpt-4o }`, not text",
  "config.yaml:8  agents[3].id: must be text of letters, digits, dots, - and _",
  "config.yaml:8  agents[3].backend: is missing; it must be a mapping such as `{ type: openai, model: gpt-4o }`",
  "config.yaml:9  agents[4].id: must be text of letters, digits, dots, - and _, not a number; put it in quotes",
  "config.yaml:10  agents[4].backend.model: must be text, not a list",
  "config.yaml:10  agents[4].backend.api_key: must be text, not a number; put it in quotes",
  "config.yaml:10  agents[4].backend.base_url: must be a URL that begins with http:// or https://",
  'config.yaml:12  orchestrator.voting_sensitivity: must be lenient, balanced or strict, not "lenent"; did you mean lenient?',
  "config.yaml:13  orchestrator.max_new_answers_per_agent: must be 1, 2 or 3 (the draft and up to two revisions), not 0",
  "config.yaml:14  orchestrator.quorum: must be 5 or less: the team has 5 agents",
  "config.yaml:15  orchestrator.straggler_grace_seconds: must be a number of seconds, 0 or more and at most 2147483 (24 days), not -1",
  "config.yaml:16  orchestrator.early_stop: must be true or false, not text",
  "config.yaml:17  orchestrator.budget.max_call: unknown key; did you mean max_calls?",
  "config.yaml:17  orchestrator.budget.max_tokens: must be a whole number, 1 or more, not 0",
  "config.yaml:18  orchestrator.note: unknown key; known here: voting_sensitivity, max_new_answers_per_agent, self_votes, early_stop, lazy, exhaustive, final_answer, traces, audience, quorum, straggler_grace_seconds, max_answer_chars, budget",
  "config.yaml:20  orchestrator.note: the variable ZZ is not set; set it or write ${ZZ:-default}",
  "config.yaml:21  orchestrator.note: `${` begins a variable: write ${NAME}, ${NAME:-default}, or $${ for the characters themselves",
  "config.yaml:23  timeout_settings.agent_timeout_seconds: must be a number of seconds, more than 0 and at most 2147483 (24 days), not 0",
  "config.yaml:25  server.port: must be a whole number from 0 to 65535, not 70000",
  "config.yaml:26  server.api_key_file: must be text, not a list",
  "config.yaml:27  server.body_limit: must be a size above 0: bytes, or with a unit, such as 1.5mb",
  "config.yaml:28  models: belongs to MassGen's first file format; list the models as `agents`, each with its `backend: { type, model }`",
  "config.yaml:29  traces: unknown key; it belongs in `orchestrator`",
  "config.yaml:30  providers[0]: must be the name of an npm package, not a number; put it in quotes",
];

test.each([
  ["LF", "\n"],
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])("tells everything at once, by line, with %s line ends", (_, lineEnd) => {
  const source = everythingWrong.replaceAll("\n", lineEnd);
  expect(reportOf(source, { env: { HOT: "9" } }).toSorted()).toEqual(everythingWrongReport.toSorted());
});

test("keeps the order of the lines", () => {
  const lines = errorOf(everythingWrong).issues.map((issue) => issue.line ?? 0);
  expect(lines).toEqual(lines.toSorted((a, b) => a - b));
});

const example = "`agents: [{ id: a, backend: { model: gpt-4o } }]`";

describe("a file that is no configuration", () => {
  test.each([
    ["", `config.yaml  is empty; the shortest configuration is ${example}`],
    ["\n# nothing yet\n", `config.yaml  is empty; the shortest configuration is ${example}`],
    ["---\n", `config.yaml  is empty; the shortest configuration is ${example}`],
    ["- a\n", `config.yaml:1  must be a mapping such as ${example}, not a list`],
    ["agents", `config.yaml:1  must be a mapping such as ${example}, not a single value`],
    [
      "agent:\n  backend: { type: demo }\n---\nserver: {}\n",
      "config.yaml:4  holds several documents (separated by ---); a configuration is one",
    ],
    [
      "agent:\n  backend: { type: demo, api_key: ${KEY} }\n",
      "config.yaml:2  not valid YAML: a comma is missing between { } or [ ]; inside them, put a value such as ${NAME} in quotes",
    ],
    ["agents:\n\t- id: a\n", "config.yaml:2  not valid YAML: tab characters must not be used in indentation"],
    [
      'agents: 1\r\nserver: "x\r\n',
      "config.yaml:3  not valid YAML: this line should be indented more; is a quote or a bracket before it left open?",
    ],
    [
      "agent:\n  backend:\n    model: m\n    api_key:sk-12345\n    type: openai\n",
      "config.yaml:5  not valid YAML: here or on the line before, something is no `key: value`; is the space after a colon missing?",
    ],
    [
      "agent: { backend: { api_key: *sk-12345 } }",
      "config.yaml:1  not valid YAML: an alias (*name) without an anchor (&name) before it; put a value that begins with * in quotes",
    ],
    [
      "agent: { backend: { api_key: !sk-12345 x } }",
      "config.yaml:1  not valid YAML: a tag that has no meaning here; put a value that begins with ! in quotes",
    ],
    [`a: ${"[".repeat(5000)}`, "config.yaml:1  not valid YAML: values are nested more than 100 levels deep"],
    [
      "agents:\n  - &a [*a]\n",
      "config.yaml:2  agents[0][0]: values are nested more than 100 levels deep; does an anchor (&name) hold its own alias (*name)?",
    ],
    [
      "a: 1\n<<: 3\n",
      "config.yaml:2  not valid YAML: cannot merge mappings; the provided source object is unacceptable",
    ],
  ])("%j", (source, line) => {
    expect(reportOf(source)).toEqual([line]);
  });

  test("aliases that multiply", () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(reportOf(["l0: &l0 [x]", ...levels].join("\n"))).toEqual([
      "config.yaml:1  holds more than 100000 values, counting what each alias (*name) stands for",
    ]);
  });
});

describe("keys", () => {
  test.each([
    ["server: {}", "config.yaml  names no agents; add `agents`, a list in which each has an `id` and a `backend`"],
    ["agents: []", "config.yaml:1  agents: must hold at least one agent"],
    [
      "agents: { id: a }",
      "config.yaml:1  agents: must be a list of agents, each with an `id` and a `backend`, not a mapping",
    ],
    [
      "agent: { backend: { type: demo } }\nagents: [{ backend: { type: demo } }]",
      "config.yaml:1  agent: conflicts with `agents`; keep one of the two",
    ],
    [
      "agent:\n  id: x\n  id: y\n  backend: { type: demo }",
      "config.yaml:3  agent.id: is written twice, first on line 2; keep one of them",
    ],
    [
      "agent: { backend: { type: demo }, __proto__: {} }",
      "config.yaml:1  agent.__proto__: cannot be used as a key; remove it",
    ],
    [
      'agent: { backend: { type: demo, extra_body: { "__proto__": 1 } } }',
      "config.yaml:1  agent.backend.extra_body.__proto__: cannot be used as a key; remove it",
    ],
    [
      "agent: { id: orchestrator, backend: { type: demo } }",
      "config.yaml:1  agent.id: must not be orchestrator, which names the coordinator in traces",
    ],
    [
      "agent: { backend: { type: demo, max_tokens: 1, max_completion_tokens: 1 } }",
      "config.yaml:1  agent.backend.max_completion_tokens: means the same as `max_tokens`; keep one of the two",
    ],
    [
      "agent: { backend: { type: demo } }\nserver: { cors_origin: app.example }",
      "config.yaml:2  server.cors_origin: must be * or an origin such as https://app.example, or a list of origins",
    ],
    [
      "agent: { backend: { type: demo } }\nserver: { allowed_host: [https://app.example] }",
      "config.yaml:2  server.allowed_host[0]: must be * or a host name such as massgen.example, without scheme and port, or a list of names",
    ],
    [
      "agent: { backend: { type: demo } }\nserver: { allowed_hosts: app.example }",
      "config.yaml:2  server.allowed_hosts: unknown key; did you mean allowed_host?",
    ],
    [
      "agent: { backend: { type: demo, api_key:sk-12345 } }",
      'config.yaml:1  agent.backend["api_key..."]: unknown key; put a space after the colon',
    ],
    [
      "agent: { backend: { type: demo } }\nserver: { port:4000 }",
      'config.yaml:2  server["port..."]: unknown key; put a space after the colon',
    ],
    [
      "agent: { backend: { type: demo } }\norchestrator: { quorum: 1 }",
      "config.yaml:2  orchestrator.quorum: needs `straggler_grace_seconds` beside it: how long to wait for the rest",
    ],
    [
      "agent: { backend: { type: demo } }\norchestrator: { straggler_grace_seconds: 1 }",
      "config.yaml:2  orchestrator.straggler_grace_seconds: needs `quorum` beside it: how many drafts start the wait",
    ],
    [
      "agent: { backend: { type: demo } }\norchestrator: { quorum: 1, straggler_grace_seconds: 1, exhaustive: true }",
      "config.yaml:2  orchestrator.quorum: contradicts `exhaustive`, which awaits every draft; remove one of them",
    ],
    [
      "agent: { backend: { type: demo } }\norchestrator: { lazy: true }",
      "config.yaml:2  orchestrator.lazy: must be auto, on or off, not true",
    ],
    [
      "agent: { backend: { type: demo } }\norchestrator: { quorum: 2, straggler_grace_seconds: 1 }",
      "config.yaml:2  orchestrator.quorum: must be 1 or less: the team has 1 agent",
    ],
    [
      "agent: { backend: { type: quux, model: m } }",
      'config.yaml:1  agent.backend.type: unknown type "quux"; known types: openai, claude, gemini, demo',
    ],
    [
      "agent: { backend: { model: '' } }",
      "config.yaml:1  agent.backend.model: is missing; name the model, such as gpt-4o",
    ],
  ])("%j", (source, line) => {
    expect(reportOf(source)).toEqual([line]);
  });

  test.each([
    "models",
    "model_configs",
    "num_agents",
    "max_rounds",
    "consensus_threshold",
    "voting_enabled",
    "enable_voting",
  ])("%s of the first file format", (key) => {
    const [line, ...rest] = reportOf(`agent: { backend: { type: demo } }\n${key}: 1`);
    expect(line).toMatch(new RegExp(`^config.yaml:2  ${key}: belongs to MassGen's first file format; .{20}`));
    expect(rest).toEqual([]);
  });

  test("types of local tools are refused whatever types there are, unless a provider has such a type", () => {
    for (const type of ["claude_code", "codex", "ag2"]) {
      const source = `agent: { backend: { type: ${type} } }`;
      const refusal = `"${type}" wraps a tool on the user's machine`;
      expect(reportOf(source, { backendTypes: undefined })).toEqual([expect.stringContaining(refusal)]);
      expect(reportOf(source)).toEqual([expect.stringContaining(refusal)]);
    }
    const codex = "agent: { backend: { type: codex, model: m } }";
    expect(loadConfig(codex, { path: "c", env: {}, backendTypes: ["codex"] }).config.agents[0]?.backend.type).toBe(
      "codex",
    );
  });
});

describe("secrets", () => {
  const secret = "Zq7secret";

  test("the value of a variable is in no message, wherever it is wrong", () => {
    const source = `agents:
  - { id: "\${S}", backend: { type: "\${S}", model: "\${S}", api_key: ["\${S}"], base_url: "\${S}", temperature: "\${S}" } }
  - { id: "\${S}", backend: "\${S}" }
orchestrator: { traces: "\${S}", early_stop: "\${S}", max_new_answers_per_agent: "\${S}", quorum: "\${S}" }
timeout_settings: { idle_timeout_seconds: "\${S}" }
server: { port: "\${S}", body_limit: "\${S}", hots: "\${S}" }
providers: "\${S}"
`;
    const error = errorOf(source, { env: { S: secret } });
    expect(error.issues.length).toBeGreaterThan(12);
    expect(error.message).not.toContain(secret);
    expect(JSON.stringify(error.issues)).not.toContain(secret);
  });

  test("a number out of a variable is not shown either", () => {
    const [line] = reportOf('agent: { backend: { type: demo, temperature: "${T}" } }', { env: { T: "31337" } });
    expect(line).toBe(
      "config.yaml:1  agent.backend.temperature: must be a number from 0 to 2, which the value of ${T} is not",
    );
  });

  test.each([
    "agent: { backend: { model: m, type: openai api_key:sk-Zq7secret } }",
    "agent: { backend: { model: m, type: sk-Zq7secret } }",
    "agent: { backend: { type: demo, api_key: [Zq7secret] } }",
    "agent: { backend: { type: demo } }\nserver: { api_key:Zq7secret }",
    "agent: { backend: { type: demo } }\norchestrator: { traces: sk-Zq7secret }",
    "agents: [{ id: a, backend: { type: demo } }, { id: Zq7secret of key, backend: { type: demo } }]",
  ])("what could be a key in the wrong place is not shown: %s", (source) => {
    expect(errorOf(source).message).not.toContain(secret);
  });
});
