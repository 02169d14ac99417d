// Teams of small models behind servers as llama.cpp's: one slot, a context of 2,048 tokens, a grammar that does not
// stop.
import { afterEach, describe, expect, it } from "vitest";
import { startLlamaServer, type LlamaServer, type LlamaServerOptions, type UpstreamCall } from "@massgen/upstream";
import OpenAI from "openai";
import { messageOf, metadataOf } from "./completion.ts";
import { runMassgen, startMassgen, type MassgenProcess } from "./massgen-process.ts";

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

const agents = ["ada", "bob", "cyd"];

interface Team {
  readonly server: LlamaServer;
  readonly massgen: MassgenProcess;
  readonly url: string;
  readonly client: OpenAI;
}

/** A team of one model, all its agents at one server. */
async function serve(options: LlamaServerOptions, fields = "", rest = "", type = "llamacpp"): Promise<Team> {
  const server = await startLlamaServer(options);
  running.push(server.close);
  const backend = `{ type: ${type}, model: small, base_url: "${server.url}/v1"${fields} }`;
  const config = `agents:\n${agents.map((id) => `  - { id: ${id}, backend: ${backend} }\n`).join("")}${rest}`;
  const massgen = await startMassgen({
    args: ["serve", "--config", "config.yaml", "--host", "127.0.0.1", "--port", "0", "--log-format", "json"],
    files: { "config.yaml": config },
  });
  running.push(async () => {
    await massgen[Symbol.asyncDispose]();
  });
  const url = await massgen.ready();
  return { server, massgen, url, client: new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 }) };
}

async function ask({ client }: Team, content: string | OpenAI.ChatCompletionContentPart[], more: object = {}) {
  return await client.chat.completions.create({ model: "massgen", messages: [{ role: "user", content }], ...more });
}

/** An answer of the given length, different for each call. */
const essay = (chars: number) => (call: UpstreamCall) => `Answer ${call.n}. ${"Water is wet. ".repeat(chars / 14)}`;

const ballots = ({ server }: Team): readonly UpstreamCall[] =>
  server.calls.filter(({ messages }) => messages.at(-1)?.text.includes("judged") === true);

describe("2,048 tokens", () => {
  it("are enough to draft, to vote over long answers, and to present", async () => {
    const team = await serve({ answer: essay(3000), callsTools: true }, "", "orchestrator: { early_stop: false }\n");
    const answer = await ask(team, "Is water wet?");
    expect(metadataOf(answer)).toMatchObject({ degraded: false, calls: { failed: 0 } });
    expect(team.server.refused()).toBe(0);
    expect(team.server.mostPromptTokens()).toBeLessThan(2048);
    expect(ballots(team)).toHaveLength(3);
    for (const { messages } of ballots(team)) expect(messages.at(-1)?.text).toContain("characters left out here");
  });

  it("bound a conversation: what does not fit fails at once, by the name that clients know", async () => {
    const team = await serve({ answer: essay(100) });
    const failed = await ask(team, "long ".repeat(2000)).catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 400, code: "context_length_exceeded" });
    expect(team.server.calls).toHaveLength(0);
  });

  it("that only a refusal names are kept to from then on", async () => {
    const hidden = { answer: essay(3000), callsTools: true, props: false, contextTokens: 1800 };
    const team = await serve(hidden, ", context_length: 4096");
    const first = await ask(team, "Is water wet?");
    expect(metadataOf(first)).toMatchObject({ winner: expect.any(String) as string, degraded: false });
    const refusals = team.server.refused();
    await ask(team, "Is water wet?");
    expect(team.server.refused()).toBe(refusals);
  });
});

describe("a model that never writes the call that a grammar demands", () => {
  it("loses no agent: votes that are cast count, and without one a draft goes out unchanged", async () => {
    const team = await serve({ answer: essay(200) }, ", max_tokens: 300");
    const answer = await ask(team, "Is water wet?");
    const bySchema = ballots(team).some(({ body }) => body["response_format"] !== undefined);
    const metadata = metadataOf(answer);
    if (bySchema) expect(metadata["votes"]).not.toEqual([]);
    else expect(metadata).toMatchObject({ outcome: "tied", final_answer: "select" });
    expect(messageOf(answer).content).toMatch(/^Answer \d+\. Water is wet/);
  });
});

it("a vote that was written out on the way to the call counts", async () => {
  const options = { answer: essay(200), callsTools: "in-words" } as const;
  const team = await serve(options, ", max_tokens: 300", "orchestrator: { early_stop: false }\n", "chatcompletion");
  const answer = await ask(team, "Is water wet?");
  expect(ballots(team).map(({ body }) => body["tool_choice"])).toEqual(Array(3).fill("required"));
  expect(metadataOf(answer)["votes"]).toHaveLength(3);
});

describe("slots", () => {
  /** The first drafts are not written before this many calls have arrived. */
  async function mostAtOnce(calls: number, options: Partial<LlamaServerOptions>, fields = ""): Promise<Team> {
    const team: Team = await serve(
      {
        answer: async (call) => {
          await team.server.waitForCall(({ n }) => n === calls);
          return `Answer ${call.n}`;
        },
        callsTools: true,
        ...options,
      },
      fields,
    );
    await Promise.all(["One?", "Two?"].map((question) => ask(team, question)));
    expect(team.server.mostAtOnce()).toBe(calls);
    return team;
  }

  it("are asked for at the start, said, and kept to", async () => {
    const team = await mostAtOnce(2, { slots: 2 });
    expect(team.massgen.stderr()).toMatch(
      /"maxConcurrency":2,"contextTokens":2048,"images":false,"msg":"local service"/,
    );
  });

  it("are one where the server does not say", async () => {
    await mostAtOnce(1, { slots: 4, props: false });
  });

  it("are what the configuration says", async () => {
    await mostAtOnce(3, { slots: 1 }, ", max_concurrency: 3");
  });

  it("are not asked for by massgen check", async () => {
    const server = await startLlamaServer({ answer: () => "" });
    running.push(server.close);
    const backend = `{ type: llamacpp, model: small, base_url: "${server.url}/v1" }`;
    const { code } = await runMassgen({
      args: ["check", "config.yaml"],
      files: { "config.yaml": `agent: { id: a, backend: ${backend} }\n` },
    });
    expect(code).toBe(0);
    expect(server.connections()).toBe(0);
  });
});

it("each agent has a seed of its own, made of the client's", async () => {
  const team = await serve({ answer: (call) => `Answer ${String(call.body["seed"])}`, callsTools: true });
  const seeds = async (seed?: number): Promise<unknown[]> => {
    const before = team.server.calls.length;
    await ask(team, "One?", seed === undefined ? {} : { seed });
    return team.server.calls.slice(before, before + 3).map(({ body }) => body["seed"]);
  };
  const first = await seeds(7);
  expect(new Set(first).size).toBe(3);
  expect(await seeds(7)).toEqual(first);
  expect(await seeds(8)).not.toEqual(first);
});

describe("an image at a model that sees none", () => {
  const image = [{ type: "image_url" as const, image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } }];
  const refused = async (team: Team): Promise<unknown> => await ask(team, image).catch((error: unknown) => error);

  it("is not sent to a server that says so", async () => {
    const team = await serve({ answer: () => "A dog.", callsTools: true });
    expect(await refused(team)).toMatchObject({ status: 400, param: "messages" });
    expect(team.server.calls).toHaveLength(0);
  });

  it("is refused once by another server, and learned", async () => {
    const team = await serve({ answer: () => "A dog.", callsTools: true, props: false });
    const first = await refused(team);
    expect(first).toMatchObject({ status: 400 });
    expect(String(first)).toContain("image input is not supported");
    const calls = team.server.calls.length;
    expect(calls).toBe(3);
    expect(await refused(team)).toMatchObject({ status: 400, param: "messages" });
    expect(team.server.calls).toHaveLength(calls);
  });
});
