import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { piecesOf, type PiecedAnswer } from "../answer.ts";
import { recordedStream } from "../recording.ts";
import { text } from "../reply.ts";
import { framed } from "./wire.ts";
import { wireNames, wires, type WireName } from "./wires.ts";

const source = { n: 1, model: "m" };
const usage = { inputTokens: 20, outputTokens: 9, reasoningTokens: 3, cachedInputTokens: 0 };
const said: PiecedAnswer = {
  ...piecesOf(text("One two three.", { reasoning: "Hm.", finish: "stop", usage }), 1),
  toolCalls: [{ id: "call_1_0", name: "weather", arguments: ['{"ci', 'ty":"Bern"}'] }],
  finish: "tool-calls",
  signature: "c2lnbmVk",
};

function streamOf(name: WireName, answer: PiecedAnswer): string {
  return Array.from(wires[name].events(answer, source), (event) => framed(wires[name], event)).join("");
}

type Payload = Readonly<Record<string, unknown>>;

function payloadsIn(stream: string): readonly Payload[] {
  const data = stream.split(/\r?\n/).filter((line) => line.startsWith("data:"));
  const texts = data.map((line) => line.slice("data:".length).trim()).filter((line) => line !== "[DONE]");
  return texts.map((line) => JSON.parse(line) as Payload);
}

/** Types of events, one for each row of the same. */
function typesIn(stream: string): readonly string[] {
  const types = payloadsIn(stream).map(({ type }) => String(type));
  return types.filter((type, at) => type !== types[at - 1]);
}

/** Every field of a payload with the kind of its value; what a function is called with is its own business. */
function* fieldsOf(value: unknown, at: string): Generator<readonly [string, string]> {
  if (typeof value !== "object" || value === null) return yield [at, value === null ? "null" : typeof value];
  if (at.endsWith(".args")) return yield [at, "object"];
  for (const [key, inner] of Object.entries(value))
    yield* fieldsOf(inner, Array.isArray(value) ? `${at}[]` : `${at}.${key}`);
}

function shapeOf(payloads: readonly Payload[]): ReadonlyMap<string, ReadonlySet<string>> {
  const shape = new Map<string, Set<string>>();
  for (const payload of payloads) {
    const type = typeof payload["type"] === "string" ? payload["type"] : "";
    for (const [path, kind] of fieldsOf(payload, type)) shape.set(path, (shape.get(path) ?? new Set()).add(kind));
  }
  return shape;
}

const folder = new URL("../../../../../shared/wire/", import.meta.url);

function recorded(name: WireName, file: string): string {
  return recordedStream(name, file, readFileSync(new URL(file, folder), "utf8"));
}

/** Recordings that together hold text, reasoning, a call and usage. */
const recordings: Readonly<Record<WireName, readonly string[]>> = {
  openai: [
    "openai/openai-text.chunks.txt",
    "openai/chat-text-short.sse",
    "deepseek/deepseek-reasoning.chunks.txt",
    "groq/tool-call-after-retry.sse",
  ],
  responses: [
    "openai/responses-function-call.sse",
    "openai/openai-reasoning-encrypted-content.1.chunks.txt",
    "openai/openai-phase.1.chunks.txt",
  ],
  claude: [
    "anthropic/anthropic-text.chunks.txt",
    "anthropic/anthropic-tool-no-args.chunks.txt",
    "anthropic/anthropic-clear-thinking.1.chunks.txt",
  ],
  gemini: ["google/google-text.chunks.txt", "google/google-tool-call.chunks.txt", "google/gemini25-usage-live.sse"],
};

/** In the services' documents, and in none of these recordings. */
const documented = new Set<string>([
  ".choices[].delta.tool_calls[].extra_content.google.thought_signature",
  "message_start.message.usage.output_tokens_details.thinking_tokens",
  "message_delta.usage.output_tokens_details.thinking_tokens",
  ".candidates[].content.parts[].thought",
  ".candidates[].content.parts[].functionCall.id",
  ".usageMetadata.cachedContentTokenCount",
]);

describe.skipIf(!existsSync(folder))(
  "beside recordings, in shared/wire beside the checkout (skipped where there is none)",
  () => {
    test.each(wireNames)("%s: every field of every event is in some recorded event, of the same kind", (name) => {
      const real = shapeOf(recordings[name].flatMap((file) => payloadsIn(recorded(name, file))));
      const strange = [...shapeOf(payloadsIn(streamOf(name, said)))].flatMap(([path, kinds]) => {
        const known = real.get(path) ?? new Set();
        const missing = [...kinds].filter((kind) => !known.has(kind) && !(kind === "null" && known.size > 0));
        return documented.has(path) ? [] : missing.map((kind) => `${path}: ${kind}`);
      });
      expect(strange).toEqual([]);
    });

    test.each([
      ["a call", "openai/responses-function-call.sse", { ...said, reasoning: [], text: [] }],
      ["reasoning and text", "openai/responses-reasoning-summary-long.sse", { ...said, toolCalls: [] }],
    ])("responses: %s comes in the recorded order, with all that items and their parts hold", (_what, file, answer) => {
      const real = recorded("responses", file);
      const simulated = streamOf("responses", { ...answer, finish: "stop" });
      // A summary has as many parts as the model has thoughts.
      const once = (stream: string): readonly string[] => [...new Set(typesIn(stream))];
      expect(once(simulated)).toEqual(once(real));
      const own = [...shapeOf(payloadsIn(real)).keys()].filter(
        (path) => !/response\.\w+\.response\b|obfuscation$/.test(path),
      );
      const known = shapeOf(payloadsIn(simulated));
      expect(own.filter((path) => !known.has(path) && !/annotations|logprobs/.test(path))).toEqual([]);
    });

    test("responses: a failure inside the stream comes as it was recorded", () => {
      const real = recorded("responses", "openai/openai-error.1.chunks.txt");
      const { error } = payloadsIn(real)[2] as { error: Payload };
      const events = wires.responses.failure(error, source, 2);
      const simulated = payloadsIn(events.map((event) => framed(wires.responses, event)).join(""));
      expect(simulated[0]).toEqual(payloadsIn(real)[2]);
      expect(simulated[1]).toMatchObject({
        type: "response.failed",
        sequence_number: 3,
        response: { status: "failed", error: { code: error["code"], message: error["message"] } },
      });
    });
  },
);

test("responses: the events of an answer, numbered, with the whole response at the end", () => {
  const stream = streamOf("responses", said);
  const payloads = payloadsIn(stream);
  expect(typesIn(stream)).toEqual([
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.reasoning_summary_part.added",
    "response.reasoning_summary_text.delta",
    "response.reasoning_summary_text.done",
    "response.reasoning_summary_part.done",
    "response.output_item.done",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.output_item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.output_item.done",
    "response.completed",
  ]);
  expect(payloads.map((payload) => payload["sequence_number"])).toEqual(payloads.map((_, n) => n));
  expect(stream.startsWith('event: response.created\ndata: {"type":"response.created"')).toBe(true);
  const done = payloads.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
  const { response } = payloads.at(-1) as { response: Payload };
  expect(response).toMatchObject({
    status: "completed",
    usage: {
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 29,
    },
  });
  expect(response["output"]).toEqual(done);
  expect(done).toMatchObject([
    { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: "c2lnbmVk" },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "One two three." }] },
    { type: "function_call", call_id: "call_1_0", name: "weather", arguments: '{"city":"Bern"}', status: "completed" },
  ]);
  expect(wires.responses.document(said, source)).toEqual(response);
});

test.each([
  ["length", "max_output_tokens"],
  ["content-filter", "content_filter"],
] as const)("responses: an answer that ends by %s is incomplete by %s", (finish, reason) => {
  const payloads = payloadsIn(streamOf("responses", { ...said, toolCalls: [], finish }));
  expect(payloads.at(-1)).toMatchObject({
    type: "response.incomplete",
    response: { status: "incomplete", incomplete_details: { reason } },
  });
});

test.each(wireNames)("%s: an answer without an end has no terminal event, and begins like a whole one", (name) => {
  const { finish: _, ...open } = said;
  const events = [...wires[name].events(open, source)];
  // Chat completions report usage behind whatever comes last.
  expect(events.filter(({ stage, data }) => stage === "terminal" && !data.includes('"choices":[]'))).toEqual([]);
  const stages = (answer: PiecedAnswer) => Array.from(wires[name].events(answer, source), ({ stage }) => stage);
  expect(stages(said).slice(0, 3)).toEqual(stages(open).slice(0, 3));
  expect(stages(said)).toContain("terminal");
});
