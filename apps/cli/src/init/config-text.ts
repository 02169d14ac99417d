import type { ProposedAgent } from "./propose-team.ts";

/** What a configuration is written of. */
export interface ConfigFacts {
  readonly agents: readonly ProposedAgent[];
  /** Agents that did not answer, and why: they stand in the file as comments. */
  readonly leftOut: readonly { readonly agent: ProposedAgent; readonly problem: string }[];
  /** The variable that holds the key of a type; absent for a type that needs none. */
  readonly keyOf: (type: string) => string | undefined;
  /** Where editors find the schema: a path, or an address. */
  readonly schema: string;
  /** Such as `2026-11-29`. */
  readonly day: string;
}

/** A configuration with comments, in YAML. */
export function configText({ agents, leftOut, keyOf, schema, day }: ConfigFacts): string {
  const shared = agents.some(({ temperature }) => temperature !== undefined);
  return [
    `# yaml-language-server: $schema=${schema}`,
    `# A team for MassGen, written by \`massgen init\` on ${day}.`,
    "#",
    "#   massgen check massgen.yaml          what is wrong with this file, by line",
    "#   massgen check massgen.yaml --live   whether every agent can take part",
    "#   massgen models TYPE                 the models that a service has",
    "",
    "# The agents draft answers at the same time, vote without seeing names, and the winner writes the final answer.",
    ...(shared
      ? ["# Agents on one model differ by chance: different models find more mistakes in each other's drafts."]
      : []),
    "agents:",
    ...agents.flatMap((agent) => agentLines(agent, keyOf(agent.type))),
    ...leftOutLines(leftOut, keyOf),
    "",
    "orchestrator:",
    "  # How much of the team's work clients see beside the answer: off, summary, full, live.",
    "  traces: summary",
    "  # Limits of one run, off unless set:",
    "  # budget: { max_calls: 12, max_tokens: 200000, max_usd: 0.25 }",
    "",
    "server:",
    "  # This machine only. Before other machines may call it (0.0.0.0), set MASSGEN_SERVER_API_KEY.",
    "  host: 127.0.0.1",
    "  port: 4000",
    "",
  ].join("\n");
}

function agentLines({ id, type, model, temperature }: ProposedAgent, key: string | undefined): readonly string[] {
  return [
    `  - id: ${scalar(id)}`,
    "    backend:",
    `      type: ${type}${key === undefined ? "" : ` # its key is in ${key}`}`,
    `      model: ${scalar(model)}`,
    ...(temperature === undefined ? [] : [`      temperature: ${temperature}`]),
  ];
}

function leftOutLines(leftOut: ConfigFacts["leftOut"], keyOf: ConfigFacts["keyOf"]): readonly string[] {
  if (leftOut.length === 0) return [];
  return [
    "  # Left out, because they did not answer when this file was written:",
    ...leftOut.flatMap(({ agent, problem }) => [
      `  # ${oneLine(problem)}`,
      ...agentLines(agent, keyOf(agent.type)).map((line) => `  #${line.slice(1)}`),
    ]),
  ];
}

/** A text in a comment: no line of it may end the comment. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029\s]+/gu, " ")
    .slice(0, 300)
    .trim();
}

/** A text as YAML reads it back; plain where no YAML parser takes it for something else. */
function scalar(text: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n|nan|inf)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
