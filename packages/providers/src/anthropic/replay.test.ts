import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Usage } from "@massgen/core/model";
import { collect, type Collected } from "../../fixtures/collect.ts";
import { inPieces } from "../../fixtures/loopback-upstream.ts";
import { createAnthropic } from "./provider.ts";

interface Recording {
  readonly file: string;
  readonly text?: RegExp;
  readonly reasoning?: RegExp;
  /** Name and arguments of the tool calls. */
  readonly calls?: readonly string[];
  /** The finish reason, or the code of the error. */
  readonly end: string;
  readonly usage?: Usage;
  /** For refusals. */
  readonly status?: number;
}

const own: readonly Recording[] = [
  {
    file: "claude-thinking-tool-call.sse",
    reasoning: /^The second one is übersichtlich\.$/,
    calls: ['vote {"agent_id":"agent2"}'],
    end: "tool-calls",
    usage: { inputTokens: 330, outputTokens: 42, cachedInputTokens: 300, reasoningTokens: 30 },
  },
  {
    file: "claude-overloaded.sse",
    text: /^The answer$/,
    end: "overloaded",
    usage: { inputTokens: 10, outputTokens: 1 },
  },
  { file: "claude-error-529.json", status: 529, end: "overloaded" },
];

/** Recorded streams of the real service lie beside the repository where they are there at all. */
const recorded: readonly Recording[] = [
  {
    file: "anthropic-text.chunks.txt",
    text: /^Hello! I'm doing well, .* help you with\?$/,
    end: "stop",
    usage: { inputTokens: 12, outputTokens: 30, cachedInputTokens: 0 },
  },
  {
    file: "anthropic-tool-no-args.chunks.txt",
    text: /^I'll update the issue list for you\.$/,
    calls: ["updateIssueList {}"],
    end: "tool-calls",
    usage: { inputTokens: 565, outputTokens: 48, cachedInputTokens: 0 },
  },
  {
    file: "anthropic-clear-thinking.1.chunks.txt",
    text: /^925 ÷ 5 = 185$/,
    reasoning: /^The previous result was 925\..* 185$/s,
    end: "stop",
    usage: { inputTokens: 69, outputTokens: 53, cachedInputTokens: 0 },
  },
  {
    file: "anthropic-message-delta-input-tokens.chunks.txt",
    text: /^pong$/,
    end: "stop",
    usage: { inputTokens: 61, outputTokens: 2 },
  },
  {
    file: "anthropic-refusal.chunks.txt",
    end: "content-filter",
    usage: { inputTokens: 18, outputTokens: 5, cachedInputTokens: 0 },
  },
  {
    file: "anthropic-fallback.chunks.txt",
    text: /^The printing press .* around 1440\.$/,
    end: "stop",
    usage: { inputTokens: 412, outputTokens: 264, cachedInputTokens: 0 },
  },
  {
    file: "duplicate-message-start.chunks.txt",
    text: /^Hello, World!$/,
    end: "stop",
    usage: { inputTokens: 17, outputTokens: 227 },
  },
  {
    file: "redacted-thinking.sse",
    text: /^I notice .* task or question\?$/s,
    end: "stop",
    usage: { inputTokens: 92, outputTokens: 189, cachedInputTokens: 0 },
  },
];

const recordings = new URL("../../../../../shared/wire/anthropic/", import.meta.url);

describe("small recordings", () => {
  replay(new URL("../../fixtures/", import.meta.url), own);
});
describe.skipIf(!existsSync(recordings))(
  "recordings of the real service, in shared/wire beside the checkout (skipped where there is none)",
  () => {
    replay(recordings, recorded);
  },
);

function replay(folder: URL, list: readonly Recording[]): void {
  test.each([...list])("$file", async (recording) => {
    const wire = wireText(readFileSync(new URL(recording.file, folder), "utf8"), recording);
    const whole = await play(recording, wire);
    verify(whole, recording);
    for (const size of recording.status === undefined ? [1, 7, 997] : []) {
      expect(joined(await play(recording, inPieces(wire, size)))).toEqual(joined(whole));
    }
  });
}

/** Recordings kept as one payload per line get their framing back. */
function wireText(text: string, { file }: Recording): string {
  if (!file.endsWith(".chunks.txt")) return text;
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => `event: ${/"type": ?"(\w+)"/.exec(line)?.[1]}\ndata: ${line}\n\n`).join("");
}

function play({ status = 200 }: Recording, body: ReadableStream<Uint8Array> | string): Promise<Collected> {
  const kind = status === 200 ? "text/event-stream" : "application/json";
  const fetch = async (): Promise<Response> => new Response(body, { status, headers: { "content-type": kind } });
  const settings = { model: "recorded", apiKey: "k", baseUrl: "https://upstream.example", options: {} };
  const model = createAnthropic().createModel(settings, { fetch, redact: (text) => text, env: {} });
  return collect(model.stream({ messages: [{ role: "user", content: "?" }] }));
}

/** How an answer was cut into deltas depends on the reads; all else must not. */
function joined({ events, text, reasoning, error }: Collected): unknown {
  const rest = events.filter(({ type }) => type === "tool-call" || type === "finish");
  return { text, reasoning, rest, error: error?.message };
}

function verify({ events, text, reasoning, error }: Collected, expected: Recording): void {
  const finish = events.find((event) => event.type === "finish");
  expect(error?.code ?? finish?.reason).toBe(expected.end);
  expect(text).toMatch(expected.text ?? /^$/);
  expect(reasoning).toMatch(expected.reasoning ?? /^$/);
  const calls = events.flatMap((event) => (event.type === "tool-call" ? [`${event.name} ${event.arguments}`] : []));
  expect(calls).toEqual(expected.calls ?? []);
  expect(finish?.usage ?? error?.usage).toEqual(expected.usage);
}
