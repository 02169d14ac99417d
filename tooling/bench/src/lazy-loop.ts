import { labelOf, paced, type Reply, startUpstream, text, toolCalls, type UpstreamCall, vote } from "@massgen/upstream";
import { table } from "./figures.ts";
import { startMassgen, teamOf } from "./test-bed.ts";
import { verdict } from "./verdict.ts";

const agents = 5;
/** Turns that call a tool; one more answers in prose. */
const toolTurns = 12;

/** In which turns the agents call the tool alike. */
const loops = new Map<string, (turn: number) => boolean>([
  ["all", () => true],
  ["two in three", (turn) => turn % 3 !== 2],
  ["none", () => false],
]);

interface Figures {
  readonly calls: number;
  /** Those of turns with a tool. */
  readonly withTools: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly seconds: number;
}

interface Completion {
  readonly choices: readonly [
    {
      readonly message: { readonly content: string | null; readonly tool_calls?: readonly { readonly id: string }[] };
    },
  ];
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details: { readonly cached_tokens: number };
  };
}

const instructions = "You look around for the user, with care. ".repeat(240);
const tools = [
  {
    type: "function",
    function: { name: "look", parameters: { type: "object", properties: { at: { type: "string" } } } },
  },
];

/**
 * An agent loop of a team of five, called lazily and all at once, for agents that agree more or less often. Resolves
 * with whether laziness saves two calls in five where they agree, and no call is made in vain where they do not.
 */
export async function lazyLoop(): Promise<boolean> {
  const rows: string[][] = [];
  const withTools = new Map<string, number>();
  for (const [name, agree] of loops) {
    for (const lazy of ["off", "auto"]) {
      const figures = await loop(agree, lazy);
      withTools.set(`${name} ${lazy}`, figures.withTools);
      const { input, cached, output, seconds } = figures;
      rows.push([
        `${name}, lazy: ${lazy}`,
        ...[figures.calls, input, cached, output].map((figure) => figure.toLocaleString("en")),
        seconds.toFixed(1),
      ]);
    }
  }
  console.log(
    `An agent loop of ${agents} agents: ${toolTurns} turns with a tool and one in prose; drafts of 240 to 400 ms, ballots of 200. Tokens as the answers' usage reports them\n`,
  );
  console.log(
    table([["turns in which the agents agree", "calls", "input", "of it cached", "output", "seconds"], ...rows]),
  );
  const of = (key: string): number => withTools.get(key) ?? Number.NaN;
  const [agreed, split] = ["all", "none"].map((name) => of(`${name} auto`) / of(`${name} off`)) as [number, number];
  return (
    verdict(`turns that agree, at most 0.60 of the calls (${agreed.toFixed(2)})`, agreed <= 0.6) &&
    verdict(`turns that do not, at most 1.00 of them (${split.toFixed(2)})`, split <= 1)
  );
}

async function loop(agree: (turn: number) => boolean, lazy: string): Promise<Figures> {
  const upstream = await startUpstream((call) => reply(call, agree), { promptCache: true });
  const { config, env } = teamOf(agents, upstream.url);
  await using massgen = await startMassgen(`${config}orchestrator: { lazy: ${lazy} }\n`, env);
  const messages: object[] = [
    { role: "system", content: instructions },
    { role: "user", content: "Look at everything, one thing after the other." },
  ];
  const sum = { input: 0, cached: 0, output: 0 };
  const start = performance.now();
  let withTools = 0;
  for (let turn = 0; turn <= toolTurns; turn += 1) {
    withTools = upstream.calls.length;
    const response = await fetch(`${massgen.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ model: "massgen", messages, tools }),
    });
    const answer = (await response.json()) as Completion;
    if (response.status !== 200) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
    const { usage } = answer;
    sum.input += usage.prompt_tokens;
    sum.cached += usage.prompt_tokens_details.cached_tokens;
    sum.output += usage.completion_tokens;
    const [{ message }] = answer.choices;
    messages.push({ role: "assistant", ...message });
    for (const { id } of message.tool_calls ?? [])
      messages.push({ role: "tool", tool_call_id: id, content: `Thing number ${turn} is there. `.repeat(60) });
  }
  const seconds = (performance.now() - start) / 1000;
  const { length } = upstream.calls;
  await upstream.close();
  return { calls: length, withTools, ...sum, seconds };
}

/** Each agent takes another time. Where they differ, all vote for the first. */
function reply(call: UpstreamCall, agree: (turn: number) => boolean): Reply {
  const number = Number(call.model.replace("model-", ""));
  if (call.phase === "ballot") {
    const favourite = call.answers.find((shown) => shown.text.includes("by model-1"));
    return paced(vote(favourite?.label ?? labelOf(call, ""), "It looks in the right place."), {
      firstMs: 200,
      everyMs: 0,
    });
  }
  const turn = call.messages.filter(({ role }) => role === "tool").length;
  const by = agree(turn) ? "" : ` by ${call.model}`;
  const answer =
    turn === toolTurns
      ? text(`All things are there, as seen by ${call.model}.`)
      : toolCalls([{ name: "look", arguments: { at: `thing ${turn}${by}` }, id: `call_${call.n}` }]);
  return paced(answer, { firstMs: 200 + 40 * number, everyMs: 0 });
}
