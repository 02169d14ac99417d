// What services' prompt caches have of an agent loop's turns: a team's calls must find there as much as the same model
// does alone. The upstream counts as the services do: the longest beginning in common with an earlier prompt under the
// same key, from 1,024 tokens on and in steps of 128; for Claude only up to places that were marked.
import {
  labelOf,
  startMassgen,
  startUpstream,
  toolCalls,
  vote,
  type MassgenProcess,
  type Upstream,
  type UpstreamCall,
} from "@massgen/upstream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AgentLoop, chatLoop, goOn, type LoopAnswer, messagesLoop, responsesLoop } from "./agent-loop.ts";

/** Ids of agents, and their folders in the upstream's address. */
const members = ["by-chat", "by-responses", "by-claude"] as const;
type Member = (typeof members)[number];

/** Turns that call a tool. */
const turns = 20;

const key = "sk-caching-0123456789";

function backendOf(member: Member, place: string, url: string): string {
  switch (member) {
    case "by-chat":
      return `{ type: openai, model: m, base_url: "${url}/${place}/v1", api_key: ${key} }`;
    case "by-responses":
      return `{ type: openai, api: responses, model: m, base_url: "${url}/${place}/v1", api_key: ${key} }`;
    case "by-claude":
      return `{ type: claude, model: m, base_url: "${url}/${place}", api_key: ${key} }`;
  }
}

/** Each looks somewhere else, so that they have to vote; all vote for the one that answers by messages. */
function reply(call: UpstreamCall) {
  const place = call.place.replace(/^alone-/, "");
  if (call.phase !== "ballot") {
    const at = `${place}, after ${call.messages.filter(({ role }) => role === "tool").length}`;
    return toolCalls([{ name: "look", arguments: { at }, id: `call_${place}_${call.n}` }]);
  }
  const favourite = call.answers.find((shown) => shown.text.includes("by-claude, after"));
  return vote(favourite?.label ?? labelOf(call, ""), "It looks in the right place.");
}

let upstream: Upstream;
let team: { readonly massgen: MassgenProcess; readonly url: string };
const alone = new Map<Member, { readonly massgen: MassgenProcess; readonly url: string }>();

async function start(places: readonly (readonly [Member, string])[]) {
  const agents = places.map(
    ([member, place]) => `  - id: ${member}\n    backend: ${backendOf(member, place, upstream.url)}\n`,
  );
  const massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0"],
    files: { "config.yaml": `agents:\n${agents.join("")}orchestrator:\n  early_stop: false\n` },
  });
  return { massgen, url: await massgen.ready() };
}

beforeAll(async () => {
  upstream = await startUpstream(reply, { promptCache: true });
  team = await start(members.map((member) => [member, member]));
  for (const member of members) alone.set(member, await start([[member, `alone-${member}`]]));
});

afterAll(async () => {
  for (const one of [team, ...alone.values()]) await one?.massgen[Symbol.asyncDispose]();
  await upstream?.close();
});

/** The cached part of all input, in per cent. */
function cachedShare(calls: readonly UpstreamCall[]): number {
  return (100 * sumOf(calls, "cachedInputTokens")) / sumOf(calls, "inputTokens");
}

/** The keys under which services look for prompts; Claude has none. */
function keysOf(calls: readonly UpstreamCall[]): ReadonlySet<unknown> {
  return new Set(calls.filter(({ wire }) => wire !== "claude").map(({ body }) => body["prompt_cache_key"]));
}

function sumOf(
  calls: readonly UpstreamCall[],
  figure: "inputTokens" | "cachedInputTokens" | "cacheWriteTokens",
): number {
  return calls.reduce((total, { usage }) => total + (usage?.[figure] ?? 0), 0);
}

interface Loop {
  readonly name: string;
  readonly begin: (seed: string, fields?: object) => AgentLoop;
  /** Fields in which a client says what its conversations have in common. */
  readonly keyed: object;
  /** What an answer says of its input: all of it, what was read from caches, and what was written to them. */
  readonly figures: (answer: LoopAnswer) => readonly [number, number, number];
}

const loops: readonly Loop[] = [
  {
    name: "chat completions",
    begin: chatLoop,
    keyed: { user: "u" },
    figures: ({ usage: { prompt_tokens, prompt_tokens_details: details } }) => [
      prompt_tokens,
      details.cached_tokens,
      details.cache_write_tokens,
    ],
  },
  {
    name: "responses",
    begin: responsesLoop,
    keyed: { prompt_cache_key: "k" },
    figures: ({ usage: { input_tokens, input_tokens_details: details } }) => [
      input_tokens,
      details.cached_tokens,
      details.cache_write_tokens,
    ],
  },
  {
    name: "messages, as of Claude Code",
    begin: messagesLoop,
    keyed: { metadata: { user_id: "session" } },
    figures: ({ usage }) => [
      usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens,
      usage.cache_read_input_tokens,
      usage.cache_creation_input_tokens,
    ],
  },
];

describe.each(loops)("twenty turns by $name", ({ name, begin, keyed, figures }) => {
  let ofTeam: readonly UpstreamCall[];
  let answers: readonly LoopAnswer[];
  beforeAll(async () => {
    const before = upstream.calls.length;
    answers = await goOn(team.url, begin(name), turns);
    ofTeam = upstream.calls.slice(before);
  });

  it.each(members)("the member %s finds its prompts in the cache as it would alone", async (member) => {
    const before = upstream.calls.length;
    await goOn(alone.get(member)?.url ?? "", begin(name), turns);
    const own = cachedShare(upstream.calls.slice(before));
    const calls = ofTeam.filter(({ place }) => place === member);
    const [ballots, drafts] = [
      calls.filter(({ phase }) => phase === "ballot"),
      calls.filter(({ phase }) => phase !== "ballot"),
    ];
    expect(ballots).toHaveLength(turns);
    expect(drafts.length).toBeGreaterThanOrEqual(turns);
    const shares = { alone: own, answers: cachedShare(drafts), ballots: cachedShare(ballots) };
    const shown = Object.entries(shares).map(([name, share]) => `${name} ${share.toFixed(1)} %`);
    console.log(`${member}: ${shown.join(", ")}`);
    // The last of twenty prompts is found but for its last turn; the first is not there at all.
    expect(own).toBeGreaterThan(70);
    expect(shares.answers).toBeGreaterThan(own - 5);
    expect(shares.ballots).toBeGreaterThan(own - 10);
  });

  it("each agent has a key for its answers and one for its ballots, and all of them others in another conversation", async () => {
    const own = keysOf(ofTeam);
    expect(own.size).toBe(4);
    const before = upstream.calls.length;
    await goOn(team.url, begin(`${name} again`), 1);
    const others = keysOf(upstream.calls.slice(before));
    expect(others.size).toBe(4);
    expect([...own].filter((key) => others.has(key))).toEqual([]);
    for (const key of [...own, ...others]) expect(key).toMatch(/^massgen-[\da-f]{32}$/);
  });

  it("conversations that the client puts together have the same keys", async () => {
    const before = upstream.calls.length;
    await goOn(team.url, begin(`${name} one`, keyed), 1);
    const between = upstream.calls.length;
    await goOn(team.url, begin(`${name} two`, keyed), 1);
    const [one, two] = [upstream.calls.slice(before, between), upstream.calls.slice(between)];
    expect(keysOf(one)).toEqual(keysOf(two));
  });

  it("its usage tells what was read from caches and written to them", () => {
    const told = answers
      .map(figures)
      .reduce((sum, one) => [sum[0] + one[0], sum[1] + one[1], sum[2] + one[2]] as const);
    expect(told).toEqual([
      sumOf(ofTeam, "inputTokens"),
      sumOf(ofTeam, "cachedInputTokens"),
      sumOf(ofTeam, "cacheWriteTokens"),
    ]);
    expect(told[2]).toBeGreaterThan(0);
  });
});
