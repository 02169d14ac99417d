import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ModelEvent, Provider } from "@massgen/core/model";
import { collect, type Collected } from "../fixtures/collect.ts";
import { inPieces } from "../fixtures/loopback-upstream.ts";
import { createGemini } from "./gemini/provider.ts";
import { createOpenAICompatible } from "./openai-compatible/provider.ts";
import { vendors } from "./openai-compatible/vendors.ts";

interface Recording {
  readonly file: string;
  readonly type: string;
  readonly text?: RegExp;
  readonly reasoning?: RegExp;
  /** Name and arguments of the tool calls. */
  readonly calls?: readonly string[];
  /** The finish reason, or the code of the error. */
  readonly end: string;
  /** Input and output tokens. */
  readonly tokens?: readonly [number | undefined, number | undefined];
  /** For refusals. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}

const own: readonly Recording[] = [
  { file: "openai-text.sse", type: "openai", text: /^Blue\.$/, end: "stop", tokens: [9, 3] },
  {
    file: "openrouter-comments.sse",
    type: "openrouter",
    text: /^Done$/,
    reasoning: /^Hm\.$/,
    end: "stop",
    tokens: [7, 4],
  },
  { file: "think-tags.sse", type: "together", text: /^42$/, reasoning: /^Six times seven\?$/, end: "stop" },
  { file: "tool-call.sse", type: "qwen", calls: ['vote {"agent_id":"agent2"}'], end: "tool-calls" },
  {
    file: "gemini-tool-call.sse",
    type: "gemini",
    calls: ['vote {"agent_id":"agent2"}'],
    end: "tool-calls",
    tokens: [12, 30],
  },
  { file: "openai-error-401.json", type: "openai", status: 401, end: "authentication" },
];

/** Recorded streams of real services lie beside the repository where they are there at all. */
const recorded: readonly Recording[] = [
  { file: "openai/openai-text.chunks.txt", type: "openai", text: /\w/, end: "stop", tokens: [16, 300] },
  { file: "openai/chat-text-short.sse", type: "openai", text: /\w/, end: "stop" },
  {
    file: "azure/azure-deepseek-reasoning.1.chunks.txt",
    type: "chatcompletion",
    text: /\w/,
    reasoning: /\w/,
    end: "stop",
  },
  { file: "xai/xai-text.chunks.txt", type: "grok", text: /Grok/, reasoning: /\w/, end: "stop", tokens: [12, 342] },
  {
    file: "xai/xai-tool-call-mini.chunks.txt",
    type: "grok",
    reasoning: /\w/,
    calls: ['weather {"location":"San Francisco"}'],
    end: "tool-calls",
  },
  { file: "groq/groq-text.chunks.txt", type: "groq", text: /\w/, end: "stop", tokens: [45, 662] },
  { file: "groq/tool-use-failed-midstream.sse", type: "groq", reasoning: /^We need/, end: "invalid-response" },
  {
    file: "groq/tool-call-after-retry.sse",
    type: "groq",
    reasoning: /\w/,
    calls: ['get_something_by_name {"name":"example"}'],
    end: "tool-calls",
    tokens: [304, 49],
  },
  { file: "deepseek/deepseek-text.chunks.txt", type: "deepseek", text: /\w/, end: "length" },
  { file: "deepseek/deepseek-reasoning.chunks.txt", type: "deepseek", text: /\w/, reasoning: /\w/, end: "stop" },
  { file: "mistral/mistral-text.chunks.txt", type: "mistral", text: /\w/, end: "stop" },
  {
    file: "mistral/mistral-reasoning.chunks.txt",
    type: "mistral",
    text: /^2 \+ 2 = 4$/,
    reasoning: /^The user/,
    end: "stop",
    tokens: [10, 46],
  },
  {
    file: "mistral/mistral-tool-call.chunks.txt",
    type: "mistral",
    calls: ['weather {"location": "San Francisco"}'],
    end: "tool-calls",
    tokens: [124, 22],
  },
  {
    file: "mistral/mistral-incremental-tool-call.chunks.txt",
    type: "mistral",
    calls: ['webSearchTool {"query": "current Berlin weather"}'],
    end: "tool-calls",
  },
  { file: "qwen/alibaba-text.chunks.txt", type: "qwen", text: /\w/, end: "stop" },
  { file: "qwen/alibaba-reasoning.chunks.txt", type: "qwen", text: /\w/, reasoning: /\w/, end: "stop" },
  { file: "moonshot/moonshotai-stream.chunks.txt", type: "moonshot", text: /\w/, reasoning: /\w/, end: "stop" },
  {
    file: "gateway/anthropic-fallback-tool-call.sse",
    type: "chatcompletion",
    text: /^Reading it\.$/,
    calls: ['read_file {"path": "a.txt"}'],
    end: "tool-calls",
  },
  {
    file: "openrouter/reasoning-details.sse",
    type: "openrouter",
    text: /\w/,
    reasoning: /^This/,
    end: "stop",
    tokens: [43, 36],
  },
  {
    file: "together/deepseek-r1-think-tags.sse",
    type: "together",
    text: /^[^<]*$/,
    reasoning: /Okay/,
    end: "stop",
    tokens: [10, 955],
  },
  {
    file: "google/google-text.chunks.txt",
    type: "gemini",
    text: /^There are \*\*3\*\*/,
    end: "stop",
    tokens: [9, 208],
  },
  { file: "google/google-reasoning-gemini3.chunks.txt", type: "gemini", text: /strawberry/, end: "stop" },
  {
    file: "google/google-tool-call.chunks.txt",
    type: "gemini",
    calls: ['weather {"location":"San Francisco"}'],
    end: "tool-calls",
    tokens: [29, 60],
  },
  {
    file: "google/google-stream-tool-call-arguments.chunks.txt",
    type: "gemini",
    calls: ['getWeather {"location":"Boston"}', 'getWeather {"location":"San Francisco"}'],
    end: "tool-calls",
  },
  {
    file: "google/google-stream-tool-call-array-arguments-missing-terminal-function-call.chunks.txt",
    type: "gemini",
    calls: [
      'writeItems {"operations":[{"action":"add","description":"Fresh red apple","itemid":"apple_001","price":0.5},{"action":"add","description":"Ripe yellow banana","itemid":"banana_001","price":0.3}]}',
    ],
    end: "tool-calls",
  },
  {
    file: "google/gemini3-after-tool-result.sse",
    type: "gemini",
    text: /^The capital of Mexico is Mexico City\.$/,
    end: "stop",
    tokens: [257, 8],
  },
  {
    file: "google/gemini20-tool-call.sse",
    type: "gemini",
    calls: ['get_capital {"country":"France"}'],
    end: "tool-calls",
  },
  { file: "google/gemini25-usage-live.sse", type: "gemini", text: /30$/, end: "stop", tokens: [18, 115] },
  {
    file: "google/gemini3-json-schema-tool.sse",
    type: "gemini",
    calls: ["get_user_country {}"],
    end: "tool-calls",
    tokens: [29, 81],
  },
  { file: "openai/error-404-model.json", type: "openai", status: 404, end: "not-found" },
  { file: "openai/reasoning-model-legacy-parameter-error.json", type: "openai", status: 400, end: "invalid-request" },
  { file: "groq/error-400-tool-use-failed.json", type: "groq", status: 400, end: "invalid-response" },
  { file: "groq/error-400-required-not-called.json", type: "groq", status: 400, end: "invalid-response" },
  { file: "deepseek/error-400-tool-output.json", type: "deepseek", status: 400, end: "invalid-request" },
  { file: "openrouter/error-429-provider.json", type: "openrouter", status: 429, end: "rate-limited" },
  { file: "google/google-429-retry-info.json", type: "gemini", status: 429, end: "rate-limited", retryAfterMs: 34_400 },
];

const recordings = new URL("../../../../shared/wire/", import.meta.url);
afterEach(() => void vi.unstubAllGlobals());

describe("small recordings", () => {
  replay(new URL("../fixtures/", import.meta.url), own);
});
describe.skipIf(!existsSync(recordings))(
  "recordings of real services, in shared/wire beside the checkout (skipped where there is none)",
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
function wireText(text: string, { file, type }: Recording): string {
  if (!file.endsWith(".chunks.txt")) return text;
  const lines = text.split("\n").filter((line) => line !== "");
  if (type === "gemini") return lines.map((line) => `data: ${line}\r\n\r\n`).join("");
  return `${lines.map((line) => `data: ${line}\n\n`).join("")}data: [DONE]\n\n`;
}

async function play({ type, status = 200 }: Recording, body: ReadableStream<Uint8Array> | string): Promise<Collected> {
  const vendor = vendors.find((one) => one.type === type);
  const provider: Provider = vendor === undefined ? createGemini() : createOpenAICompatible(vendor);
  const kind = status === 200 ? "text/event-stream" : "application/json";
  const fetch = async (): Promise<Response> => new Response(body, { status, headers: { "content-type": kind } });
  // The Gemini SDK knows no other than the global one.
  vi.stubGlobal("fetch", fetch);
  const settings = {
    model: "recorded",
    apiKey: "k",
    baseUrl: provider.baseUrl.default ?? "https://upstream.example/v1",
  };
  const model = provider.createModel({ ...settings, options: {} }, { fetch, redact: (text) => text, env: {} });
  return collect(model.stream({ messages: [{ role: "user", content: "?" }] }));
}

/** How an answer was cut into deltas depends on the reads; all else must not. */
function joined({ events, text, reasoning, error }: Collected): unknown {
  const rest = events.filter(({ type }) => type === "tool-call" || type === "finish");
  return { text, reasoning, rest, error: error?.message };
}

function verify({ events, text, reasoning, error }: Collected, expected: Recording): void {
  const finish: ModelEvent | undefined = events.findLast((event) => event.type === "finish");
  expect(error?.code ?? (finish?.type === "finish" ? finish.reason : undefined)).toBe(expected.end);
  expect(text).toMatch(expected.text ?? /^\s*$/);
  expect(reasoning).toMatch(expected.reasoning ?? /^$/);
  const calls = events.flatMap((event) => (event.type === "tool-call" ? [`${event.name} ${event.arguments}`] : []));
  expect(calls).toEqual(expected.calls ?? []);
  const usage = finish?.type === "finish" ? finish.usage : undefined;
  const tokens = [usage?.inputTokens, usage?.outputTokens];
  expect(tokens).toEqual(expected.tokens ?? tokens);
  expect(error?.retryAfterMs).toBe(expected.retryAfterMs);
}
