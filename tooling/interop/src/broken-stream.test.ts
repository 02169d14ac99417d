// A stream that breaks must end as failed, once, in every client, and cost one run. Heartbeats come before it, as they
// do when models take long.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { ChatOpenAI } from "@langchain/openai";
import { cut, gated, startTeam, teamScript } from "@massgen/upstream";
import { streamText } from "ai";
import { readFileSync } from "node:fs";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { findTool } from "./optional-tools.ts";
import { foreignPrograms } from "./foreign-programs.ts";
import { run } from "./run.ts";

/** What a client made of the stream. */
interface Ending {
  readonly content: string;
  /** What it showed of failures. */
  readonly failures: readonly string[];
  /** How it said that the stream ended, where that may be more than one exception. */
  readonly ends?: readonly ("failed" | "completed")[];
}

/** Reads the texts of a stream and how it failed. */
async function endingOf(texts: () => AsyncIterable<string>): Promise<Ending> {
  let content = "";
  const failures: string[] = [];
  try {
    for await (const text of texts()) content += text;
  } catch (error) {
    failures.push((error as Error).message);
  }
  return { content, failures };
}

const messages = [{ role: "user" as const, content: "Hello?" }];

async function* openaiTexts(url: string): AsyncIterable<string> {
  const client = new OpenAI({ baseURL: url, apiKey: "none" });
  const stream = await client.chat.completions.create({ model: "massgen", messages, stream: true });
  for await (const chunk of stream) yield chunk.choices[0]?.delta.content ?? "";
}

async function openaiHelper(url: string): Promise<Ending> {
  const stream = new OpenAI({ baseURL: url, apiKey: "none" }).chat.completions.stream({ model: "massgen", messages });
  let content = "";
  const failures: string[] = [];
  const ends: ("failed" | "completed")[] = [];
  stream.on("content", (text) => (content += text));
  stream.on("error", ({ message }) => {
    failures.push(message);
    ends.push("failed");
  });
  stream.on("finalChatCompletion", () => ends.push("completed"));
  await stream.done().catch(() => {});
  return { content, failures, ends };
}

async function aiSdk(url: string): Promise<Ending> {
  const model = createOpenAICompatible({ name: "massgen", baseURL: url })("massgen");
  const result = streamText({ model, prompt: "Hello?", maxRetries: 0, onError: () => undefined });
  let content = "";
  const failures: string[] = [];
  const ends: ("failed" | "completed")[] = [];
  for await (const part of result.stream) {
    if (part.type === "text-delta") content += part.text;
    if (part.type === "error") failures.push((part.error as Error).message);
    if (part.type === "finish") ends.push(part.finishReason === "error" ? "failed" : "completed");
  }
  return { content, failures, ends };
}

async function* langchainTexts(url: string): AsyncIterable<string> {
  const model = new ChatOpenAI({ model: "massgen", apiKey: "none", configuration: { baseURL: url }, maxRetries: 0 });
  for await (const chunk of await model.stream("Hello?")) yield chunk.text;
}

/** Ends when another reader, who came later, has seen three heartbeats and its model was called. */
async function heartbeats(url: string, called: Promise<unknown>): Promise<void> {
  const { body } = await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ messages, stream: true }),
  });
  let text = "";
  for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    if ((text.match(/^: keep-alive$/gm)?.length ?? 0) >= 3) {
      await called;
      return;
    }
  }
}

interface Expected {
  /** How often the message is shown. */
  readonly shown?: number;
  readonly ends?: readonly ("failed" | "completed")[];
}

async function expectBroken(read: (url: string) => Promise<Ending>, expected: Expected = {}): Promise<void> {
  const gate = Promise.withResolvers<void>();
  const script = teamScript({ draft: () => gated(cut("Half an "), gate.promise) });
  const config = "agent: { id: only, backend: { type: openai, model: gpt-4o } }\n";
  await using team = await startTeam(script, { config, args: ["--heartbeat", "0.05"] });
  const reading = read(`${team.url}/v1`);
  await Promise.race([reading, team.upstream.waitForCall((call) => call.n === 1)]);
  await heartbeats(
    `${team.url}/v1`,
    team.upstream.waitForCall((call) => call.n === 2),
  );
  gate.resolve();
  const { content, failures, ends = failures.map(() => "failed") } = await reading;
  const shown = failures.join("\n").split("openai gpt-4o: ").length - 1;
  expect({ content, ends, shown }).toEqual({ content: "Half an ", ends: ["failed"], shown: 1, ...expected });
  // That of the client, and that of the reader of heartbeats.
  expect(team.upstream.calls).toHaveLength(2);
}

describe.concurrent("clients for JavaScript", () => {
  it("OpenAI's", () => expectBroken((url) => endingOf(() => openaiTexts(url))));
  it("OpenAI's, by its helper", () => expectBroken(openaiHelper));
  // It reads on behind the first of the two frames, and passes on both.
  it("Vercel's AI SDK", () => expectBroken(aiSdk, { shown: 2 }));
  it("LangChain", () => expectBroken((url) => endingOf(() => langchainTexts(url))));
});

const python = findTool("python");
const code = readFileSync(new URL("../python/broken_stream.py", import.meta.url), "utf8");

describe.skipIf(python.skipped).concurrent("clients for Python", () => {
  const read = (client: string) => async (url: string) => {
    // LiteLLM would ask the net for prices.
    const env = { PYTHONIOENCODING: "utf-8", LITELLM_LOCAL_MODEL_COST_MAP: "True" };
    return JSON.parse(await run({ command: python.path(), args: ["-", client, url], input: code, env })) as Ending;
  };
  it("OpenAI's", () => expectBroken(read("openai")));
  it("LangChain", () => expectBroken(read("langchain")));
  // Its exception quotes the one of the client that it uses, which says the same.
  it("LiteLLM", () => expectBroken(read("litellm"), { shown: 2 }));
});

describe.concurrent("clients for other languages", () => {
  it.for(foreignPrograms())("$name", ({ skipped, command, ends }, { skip }) => {
    skip(skipped, "not built");
    const [program = "", ...args] = command();
    const read = async (url: string): Promise<Ending> =>
      JSON.parse(await run({ command: program, args: [...args, url] })) as Ending;
    return expectBroken(read, ends === undefined ? {} : { ends });
  });
});
