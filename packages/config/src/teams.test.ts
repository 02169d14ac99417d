import { describe, expect, test } from "vitest";
import { ConfigError } from "./config-error.ts";
import { loadConfig } from "./load-config.ts";

const agents = `agents:
  - { id: ada, backend: { type: openai, model: gpt-4o } }
  - { id: bob, backend: { type: openai, model: gpt-4o-mini } }
  - { id: cyd, backend: { type: gemini, model: gemini-2.5-pro } }
`;

function load(rest: string) {
  return loadConfig(agents + rest, { path: "config.yaml", env: { KEY: "secret-of-bob" } });
}

function problemsOf(rest: string): string[] {
  try {
    load(rest);
  } catch (error) {
    if (ConfigError.isInstance(error)) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const teams = "teams: { deep: { agents: [ada, bob, cyd] }, fast: { agents: [bob] } }\n";

describe("several teams", () => {
  test("a file without them has none", () => {
    expect(load("").config).toMatchObject({ teams: [], aliases: [], clientKeys: [] });
    expect(load("").config).not.toHaveProperty("defaultTeam");
  });

  test("keep their order and their agents', and the first is the default", () => {
    const { config } = load("teams: { fast: { agents: [bob] }, deep: { agents: [cyd, ada] } }");
    expect(config.teams).toMatchObject([
      { name: "fast", agents: ["bob"] },
      { name: "deep", agents: ["cyd", "ada"] },
    ]);
    expect(config.defaultTeam).toBe("fast");
    expect(load(`${teams}default_team: fast`).config.defaultTeam).toBe("fast");
  });

  test("have the file's settings, with their own over them", () => {
    const { config } =
      load(`orchestrator: { traces: "off", quorum: 2, straggler_grace_seconds: 1, budget: { max_calls: 9 } }
teams:
  deep: { agents: [ada, bob, cyd], orchestrator: { traces: full, quorum: 3, budget: { max_tokens: 5 } } }
  fast: { agents: [bob], orchestrator: { budget: } }
  pair: { agents: [ada, bob], orchestrator: { early_stop: false, straggler_grace_seconds: 4 } }
`);
    const [deep, fast, pair] = config.teams.map(({ coordination }) => coordination);
    expect(deep).toMatchObject({ traces: "full", quorum: 3, stragglerGraceMs: 1000 });
    expect(deep?.budget).toEqual({ maxCalls: 9, maxTokens: 5 });
    expect(fast).toMatchObject({ traces: "off", budget: { maxCalls: 9 } });
    // One agent cannot be two.
    expect(fast).not.toHaveProperty("quorum");
    expect(fast).not.toHaveProperty("stragglerGraceMs");
    expect(pair).toMatchObject({ earlyStop: false, quorum: 2, stragglerGraceMs: 4000 });
    expect(config.coordination).toMatchObject({ traces: "off", earlyStop: true, quorum: 2 });
  });

  test("warn like the file's own settings", () => {
    const { warnings } = load(`teams:
  a: { agents: [ada], orchestrator: { voting_sensitivity: checklist, snapshot_storage: x, max_new_answers_per_agent: } }
`);
    expect(warnings.map(({ path }) => path).toSorted()).toEqual([
      "teams.a.orchestrator.max_new_answers_per_agent",
      "teams.a.orchestrator.snapshot_storage",
      "teams.a.orchestrator.voting_sensitivity",
    ]);
  });

  test.each([
    ["teams: { fast: { agents: [bop] } }", 'teams.fast.agents[0]: there is no agent "bop"; did you mean bob?'],
    ["teams: { fast: { agents: [xyz] } }", 'teams.fast.agents[0]: there is no agent "xyz"; there are: ada, bob, cyd'],
    ["teams: { fast: { agents: [bob, bob] } }", 'teams.fast.agents[1]: names the agent "bob" a second time'],
    ["teams: { fast: { agents: [] } }", "teams.fast.agents: must hold at least one agent's id"],
    ["teams: { fast: {} }", "teams.fast.agents: is missing; it must be a list of agents' ids"],
    ["teams: { fast: [bob] }", "teams.fast: must be a mapping of `agents` and `orchestrator`, not a list"],
    ["teams: {}", "teams: must hold at least one team; leave it out if all agents are one"],
    ["teams: [fast]", "teams: must be a mapping of teams by name, such as `fast: { agents: [ada] }`, not a list"],
    [
      "teams: { 7: { agents: [bob] } }",
      'teams["7"]: a team\'s name begins with a letter, and has up to 64 letters, digits, dots, - and _',
    ],
    [
      'teams: { "agent:a": { agents: [bob] } }',
      'teams["agent..."]: a team\'s name begins with a letter, and has up to 64 letters, digits, dots, - and _',
    ],
    ["teams: { fast: { agent: [bob], agents: [bob] } }", "teams.fast.agent: unknown key; it belongs in the top level"],
    ["teams: { fast: { agentz: [bob], agents: [bob] } }", "teams.fast.agentz: unknown key; did you mean agents?"],
    [
      "teams: { fast: { agents: [bob], orchestrator: { trace: full } } }",
      "teams.fast.orchestrator.trace: unknown key; did you mean traces?",
    ],
    [
      "teams: { fast: { agents: [bob], orchestrator: { budget: { max_cals: 3 } } } }",
      "teams.fast.orchestrator.budget.max_cals: unknown key; did you mean max_calls?",
    ],
    [
      "teams: { fast: { agents: [bob], orchestrator: { quorum: 2, straggler_grace_seconds: 1 } } }",
      "teams.fast.orchestrator.quorum: must be 1 or less: the team has 1 agent",
    ],
    [
      "teams: { fast: { agents: [bob], orchestrator: { quorum: 1 } } }",
      "teams.fast.orchestrator.quorum: needs `straggler_grace_seconds` beside it: how long to wait for the rest",
    ],
    [`${teams}default_team: depe`, 'default_team: there is no team "depe"; did you mean deep?'],
    ["default_team: deep", 'default_team: names a team "deep", but this file has no `teams`'],
  ])("%s is refused", (rest, problem) => {
    expect(problemsOf(rest)).toEqual([problem]);
  });

  test("there are at most a hundred", () => {
    const many = Array.from({ length: 101 }, (_, at) => `t${at}: { agents: [bob] }`);
    expect(problemsOf(`teams: { ${many.join(", ")} }`)).toEqual(["teams: must hold at most 100 teams, not 101"]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is no team unless it is written",
    (name) => {
      expect(problemsOf(`${teams}default_team: ${name}`)).toHaveLength(1);
      expect(problemsOf(`teams: { fast: { agents: [${name}] } }`)).toHaveLength(1);
    },
  );
});

describe("aliases", () => {
  test("keep their order", () => {
    const { config } = load(`${teams}aliases: { "claude-haiku-*": fast, gpt-5-mini: fast, "*": deep }`);
    expect(config.aliases).toEqual([
      { pattern: "claude-haiku-*", team: "fast" },
      { pattern: "gpt-5-mini", team: "fast" },
      { pattern: "*", team: "deep" },
    ]);
  });

  test.each([
    ["{ gpt-5-mini: fats }", 'aliases.gpt-5-mini: there is no team "fats"; did you mean fast?'],
    ["{ massgen: fast }", "aliases.massgen: is this server's own name; `default_team` says which team it is"],
    ["{ massgen/x: fast }", 'aliases["massgen/x"]: begins like this server\'s own names, which no alias changes'],
    ['{ " a": fast }', 'aliases["..."]: must be a model name, with * for any characters'],
    ["{ 4: fast }", 'aliases["4"]: must not be a mere number; write more of the model\'s name'],
    [`{ ${"x".repeat(257)}: fast }`, 'aliases["xxxxxxxxxxxxxxxxxxxxxxxx..."]: must have at most 256 characters'],
    ["[fast]", "aliases: must be a mapping of model names to teams, such as `gpt-5-mini: fast`, not a list"],
    ["{ gpt-4o: [fast] }", "aliases.gpt-4o: must be the name of a team, not a list"],
  ])("%s is refused", (aliases, problem) => {
    expect(problemsOf(`${teams}aliases: ${aliases}`)).toEqual([problem]);
  });

  test("need teams", () => {
    expect(problemsOf("aliases: { gpt-4o: fast }")).toEqual([
      'aliases.gpt-4o: names a team "fast", but this file has no `teams`',
    ]);
  });
});

describe("keys of clients", () => {
  test("may have teams, and share a name", () => {
    const keys = "[{ name: bob, key: '${KEY}', teams: [fast] }, { name: bob, key: old }, { name: ada, key: other }]";
    expect(load(`${teams}server: { client_keys: ${keys} }`).config.clientKeys).toEqual([
      { name: "bob", key: "secret-of-bob", teams: ["fast"] },
      { name: "bob", key: "old" },
      { name: "ada", key: "other" },
    ]);
  });

  test("may be limited in what their runs cost in a day, once for each name", () => {
    const limited = "{ name: bob, key: one, max_usd_per_day: 5 }, { name: bob, key: two }";
    const keys = `[${limited}, { name: bob, key: three, max_usd_per_day: 5 }, { name: ada, key: four, max_usd_per_day: 0.5 }]`;
    expect(load(`${teams}server: { client_keys: ${keys} }`).config.clientKeys).toMatchObject([
      { name: "bob", maxUsdPerDay: 5 },
      { name: "bob" },
      { name: "bob", maxUsdPerDay: 5 },
      { name: "ada", maxUsdPerDay: 0.5 },
    ]);
  });

  test.each([
    ["[{ name: sk-abc, key: secret1 }]", "[0].name: must be a name of letters"],
    ["[{ name: anonymous, key: secret1 }]", "[0].name: must be a name of letters"],
    ["[{ name: a, key: secret1 }, { name: b, key: secret1 }]", "[1].key: is that of client_keys[0] already"],
    ["[{ name: a, key: 'secret 1' }]", "[0].key: must be text of ASCII characters without spaces"],
    ["[{ name: a }]", "[0].key: is missing; it must be text of ASCII characters"],
    ["[{ name: a, key: secret1, teams: [fats] }]", '[0].teams[0]: there is no team "fats"; did you mean fast?'],
    ["[{ name: a, key: secret1, teams: [] }]", "[0].teams: must hold at least one team"],
    ["[{ name: a, key: secret1, team: [fast] }]", "[0].team: unknown key; did you mean teams?"],
    ["[secret1]", "[0]: must be a mapping of `name`, `key`, `teams` and `max_usd_per_day`, not text"],
    [
      "[{ name: a, key: secret1, max_usd_per_day: 0 }]",
      "[0].max_usd_per_day: must be a number of dollars, more than 0",
    ],
    [
      "[{ name: a, key: secret1, max_usd_per_day: 5 }, { name: a, key: secret2, max_usd_per_day: 6 }]",
      "[1].max_usd_per_day: differs from that of client_keys[0], but keys of one name share what they may spend",
    ],
    ["secret1", ": must be a list of keys, each with a `name`, not text"],
  ])("%s is refused without showing the key", (keys, problem) => {
    const problems = problemsOf(`${teams}server: { client_keys: ${keys} }`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`server.client_keys${problem}`);
    expect(problems[0]).not.toMatch(/secret/);
  });

  test("a name that is written elsewhere is not sent to them", () => {
    expect(problemsOf("orchestrator: { name: x, teams: [] }").join()).not.toContain("a key");
  });
});

describe("an agent's fallback", () => {
  const file = (fallback: string): string =>
    `agents: [{ id: ada, backend: { type: openai, model: gpt-5 }, fallback: ${fallback} }]`;
  const known = { path: "config.yaml", env: {}, backendTypes: ["openai", "gemini"] };
  const issues = (fallback: string): string[] => {
    try {
      loadConfig(file(fallback), known);
    } catch (error) {
      if (ConfigError.isInstance(error)) return error.issues.map(({ path, message }) => `${path}: ${message}`);
      throw error;
    }
    return [];
  };

  test("is a backend like the first", () => {
    const { config, warnings } = loadConfig(file("{ type: gemini, model: gemini-2.5-pro, temperature: 1 }"), known);
    expect(config.agents[0]).toMatchObject({
      backend: { model: "gpt-5" },
      fallback: { type: "gemini", model: "gemini-2.5-pro", sampling: { temperature: 1 } },
    });
    expect(warnings).toEqual([]);
    expect(loadConfig(file(""), known).config.agents[0]).not.toHaveProperty("fallback");
  });

  test.each([
    ["{ type: gemnii, model: x }", 'agents[0].fallback.type: unknown type "gemnii"; did you mean gemini?'],
    ["{ type: gemini }", "agents[0].fallback.model: is missing; name the model, such as gpt-4o"],
    ["gpt-4o", "agents[0].fallback: must be a mapping such as `{ type: openai, model: gpt-4o }`, not text"],
    [
      "{ type: gemini, model: x, temperature: 3 }",
      "agents[0].fallback.temperature: must be a number from 0 to 2, not 3",
    ],
    [
      "{ type: gemini, model: x, api_key:x: y }",
      'agents[0].fallback["api_key..."]: unknown key; put a space after the colon',
    ],
  ])("%s is refused", (fallback, problem) => {
    expect(issues(fallback)).toEqual([problem]);
  });

  test("ignores what a backend ignores, and has none of its own", () => {
    const { config, warnings } = loadConfig(
      file("{ type: gemini, model: x, cwd: work, text: { verbosity: low }, fallback: { model: y } }"),
      { ...known, optionNames: () => [] },
    );
    expect(warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      "agents[0].fallback.cwd: ignored; a server for text agents does not use it",
      "agents[0].fallback.fallback: ignored; an agent's `fallback` stands beside its `backend`, and a service's own field of this name goes into `extra_body`",
      "agents[0].fallback.text.verbosity: ignored; type gemini has no such setting",
    ]);
    expect(config.agents[0]?.fallback).toEqual({ type: "gemini", model: "x", sampling: {}, options: {} });
  });

  test("shares the limits of its account", () => {
    const accountOf = ({ type = "" }) => type;
    const source = file("{ type: openai, model: x, max_concurrency: 2 }").replace(
      "gpt-5 }",
      "gpt-5, max_concurrency: 3 }",
    );
    expect(() => loadConfig(source, { ...known, accountOf })).toThrow(
      /agents\[0\]\.fallback\.max_concurrency: differs/,
    );
  });
});
