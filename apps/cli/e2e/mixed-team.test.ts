// One team of everything: four wires, two services with the oddities of their kind, and a provider package that a
// stranger wrote.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, expect, it } from "vitest";
import { messageOf, metadataOf, question } from "./completion.ts";
import { startMassgen, type MassgenProcess } from "./massgen-process.ts";
import { finalAnswer, startMixedUpstream, type ServiceName } from "./mixed-upstream.ts";
import { geminiKey, openaiKey } from "./team.ts";

const services: readonly ServiceName[] = ["openai", "gemini", "claude", "groq", "ollama", "acme", "grok"];
const keys = {
  OPENAI_API_KEY: openaiKey,
  GEMINI_API_KEY: geminiKey,
  ANTHROPIC_API_KEY: "sk-ant-test-0123456789",
  GROQ_API_KEY: "gsk_test0123456789",
  ACME_API_KEY: "acme-test-0123456789",
  XAI_API_KEY: "xai-test-0123456789",
};

/** The stranger's package: plain JavaScript that imports nothing, for a service that answers in lines of JSON. */
const acmePackage = `
async function* stream(url, apiKey, model, context, request) {
  const response = await context.fetch(url + "/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer " + apiKey },
    body: JSON.stringify({ model, messages: request.messages, tools: request.tools, force: request.toolChoice }),
    signal: request.signal,
  });
  let rest = "";
  let finish;
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\\n");
    rest = lines.pop();
    for (const line of lines) {
      const { say, call, with: args, spent } = JSON.parse(line);
      if (say !== undefined) yield { type: "text-delta", text: say };
      if (call !== undefined) yield { type: "tool-call", id: "c1", name: call, arguments: JSON.stringify(args) };
      if (spent) finish = { type: "finish", reason: "stop", usage: { inputTokens: spent[0], outputTokens: spent[1] } };
    }
  }
  yield finish;
}
export const acme = {
  contract: 1,
  type: "acme",
  apiKey: { variables: ["ACME_API_KEY"], required: true },
  baseUrl: { variables: ["ACME_BASE_URL"], default: "https://api.acme.example" },
  createModel: ({ model, apiKey, baseUrl }, context) => ({
    contract: 1,
    model,
    stream: (request) => stream(baseUrl, apiKey, model, context, request),
  }),
};
`;

function configFor(url: string): string {
  const backends = [
    `openai, model: gpt-4o, base_url: ${url}/openai/v1`,
    `gemini, model: gemini-2.5-flash, base_url: ${url}/gemini`,
    `claude, model: claude-sonnet-4-5, base_url: ${url}/claude`,
    `groq, model: openai/gpt-oss-120b, base_url: ${url}/groq/openai/v1`,
    `ollama, model: llama3.2, base_url: ${url}/ollama/v1`,
    `acme, model: large, base_url: ${url}/acme`,
    `grok, model: grok-4, api: responses, base_url: ${url}/grok/v1`,
  ];
  const agents = backends.map((backend, i) => `  - { id: ${services[i]}-agent, backend: { type: ${backend} } }`);
  return `providers: ["@acme/massgen-provider"]
agents:
${agents.join("\n")}
orchestrator: { early_stop: false, max_new_answers_per_agent: 1 }
`;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "massgen-mixed-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function startTeam(url: string): Promise<MassgenProcess> {
  const manifest = {
    name: "@acme/massgen-provider",
    version: "1.0.0",
    type: "module",
    exports: { import: "./index.js" },
  };
  const files = {
    "team.yaml": configFor(url),
    "node_modules/@acme/massgen-provider/package.json": JSON.stringify(manifest),
    "node_modules/@acme/massgen-provider/index.js": acmePackage,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return startMassgen({
    args: ["serve", "--config", join(folder, "team.yaml"), "--host", "127.0.0.1", "--port", "0"],
    env: keys,
  });
}

interface Answered {
  readonly text: string;
  readonly usage: OpenAI.CompletionUsage | null | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** All that came, as JSON. */
  readonly wire: string;
}

async function ask(client: OpenAI): Promise<Answered> {
  const answer = await client.chat.completions.create({ model: "massgen", messages: question });
  const text = messageOf(answer).content ?? "";
  return { text, usage: answer.usage, metadata: metadataOf(answer), wire: JSON.stringify(answer) };
}

async function askStreaming(client: OpenAI): Promise<Answered> {
  const asked = {
    model: "massgen",
    messages: question,
    stream: true,
    stream_options: { include_usage: true },
  } as const;
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of await client.chat.completions.create(asked)) chunks.push(chunk);
  const told = chunks.find((chunk) => "massgen_metadata" in chunk);
  return {
    text: chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join(""),
    usage: chunks.findLast(({ usage }) => usage)?.usage,
    metadata: metadataOf(told ?? {}),
    wire: JSON.stringify(chunks),
  };
}

it.each([
  ["whole", ask],
  ["streamed", askStreaming],
] as const)("drafts, votes and presents, %s", async (_how, put) => {
  await using upstream = await startMixedUpstream();
  await using massgen = await startTeam(upstream.url);
  const client = new OpenAI({ baseURL: `${await massgen.ready()}/v1`, apiKey: "not-needed", maxRetries: 0 });
  const { text, usage, metadata, wire } = await put(client);

  expect(text).toBe(finalAnswer);
  for (const key of Object.values(keys)) expect(wire + massgen.stdout() + massgen.stderr()).not.toContain(key);

  const inPhase = (phase: string): string[] =>
    upstream.calls.filter((call) => call.phase === phase).map(({ place }) => place);
  expect(inPhase("draft").toSorted()).toEqual(services.toSorted());
  expect([...new Set(inPhase("ballot"))].toSorted()).toEqual(services.toSorted());
  expect(inPhase("presentation")).toEqual(["claude"]);
  expect(upstream.calls.find(({ place }) => place === "ollama")?.headers.authorization).toBeUndefined();
  const lastOllamaBallot = upstream.calls.findLast((call) => call.place === "ollama" && call.phase === "ballot");
  expect(lastOllamaBallot?.body).toMatchObject({ response_format: { type: "json_schema" } });

  expect(new Set(upstream.calls.map(({ wire }) => wire))).toContain("responses");

  const sum = (figure: "inputTokens" | "outputTokens"): number =>
    upstream.calls.reduce((total, call) => total + (call.usage?.[figure] ?? 0), 0);
  // Groq's vote is read from its refusal, which reports nothing, so that call is estimated.
  expect(usage?.prompt_tokens).toBeGreaterThan(sum("inputTokens"));
  expect(usage?.completion_tokens).toBeGreaterThan(sum("outputTokens"));
  expect(metadata).toMatchObject({ usage_complete: false, usage_estimated: true });
  expect(metadata).toMatchObject({
    outcome: "majority",
    winner: "claude-agent",
    presenter: "claude-agent",
    degraded: false,
    reasons: [],
    calls: { failed: 0, aborted: 0 },
  });
  const { votes, agents } = metadata as {
    readonly votes: readonly { readonly voter: string; readonly choice: string }[];
    readonly agents: readonly { readonly id: string; readonly status: string; readonly answer_chars: number }[];
  };
  expect(Object.fromEntries(votes.map(({ voter, choice }) => [voter, choice]))).toEqual({
    ...Object.fromEntries(services.map((service) => [`${service}-agent`, "claude-agent"])),
    "claude-agent": expect.stringMatching(/^(?!claude)/),
  });
  expect(agents.map(({ id, status, answer_chars }) => [id, status, answer_chars])).toEqual(
    services.map((service) => [`${service}-agent`, "completed", `Draft by ${service}.`.length]),
  );
});
