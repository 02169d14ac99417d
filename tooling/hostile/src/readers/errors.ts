import { contractVersion, MassgenError, type ChatRequest, type ModelEvent } from "@massgen/core/model";
import { createRegistry } from "@massgen/providers";
import { messagesLessons } from "../../../../packages/providers/src/anthropic/lessons.ts";
import { rungAfter } from "../../../../packages/provider-kit/src/forcing/rejection.ts";
import { geminiLessons } from "../../../../packages/providers/src/gemini/lessons.ts";
import { chatLessons } from "../../../../packages/providers/src/openai-compatible/lessons.ts";
import { isAboutImages } from "../../../../packages/providers/src/openai-compatible/refusal.ts";
import { circumstanceOf, featuresOf } from "../../../../packages/providers/src/remedies/circumstance.ts";
import { refusalOf, signatureOf, teachingOf } from "../../../../packages/providers/src/remedies/refusal.ts";
import { unreachable, upstreamError, type CallSite } from "../../../../packages/provider-kit/src/wire/call-site.ts";
import { parseJson } from "../../../../packages/provider-kit/src/wire/json-value.ts";
import { retryAfterOf, retryDelayOf } from "../../../../packages/provider-kit/src/wire/retry-after.ts";
import { failureOf } from "../../../../packages/provider-kit/src/wire/upstream-failure.ts";
import { shownText } from "../../../../packages/provider-kit/src/wire/upstream-text.ts";
import { whole, type Reader } from "../reader.ts";

const { redact } = createRegistry({
  env: {},
  secrets: ["no-real-key-1234567890", "lorem ipsum dolor sit", "aaaaaaaaaaaaaaaaaaaaaaaa", "%2525252525%25/+=="],
});
const site: CallSite = { label: "acme large", host: "acme.example", redact };
const asIs = (text: string): string => text;

/** What a model of a provider package streams, read through the registry that holds it. */
async function packaged(stream: () => AsyncIterable<ModelEvent>): Promise<void> {
  const registry = createRegistry({
    env: {},
    secrets: ["no-real-key-1234567890", "aaaaaaaaaaaaaaaaaaaaaaaa"],
    providers: [
      {
        contract: contractVersion,
        type: "acme",
        apiKey: { variables: [], required: false },
        baseUrl: { variables: [] },
        createModel: ({ model }) => ({ contract: 1, model, stream }),
      },
    ],
  });
  const model = registry.createModel({ type: "acme", model: "large", options: {} });
  for await (const _ of model.stream({ messages: [{ role: "user", content: "?" }] }));
}

/** A header line is refused by Node when its head has more. */
const longestHead = 16_384;

const words = [
  ["", ""],
  ["x", "x"],
] as const;

/** A request with all that a refusal may be about. */
const request: ChatRequest = {
  messages: [
    { role: "system", content: "s" },
    { role: "user", content: "a" },
    { role: "assistant", content: "", toolCalls: [{ id: "c", name: "f", arguments: "{}" }] },
    { role: "tool", toolCallId: "c", content: "r" },
    { role: "user", content: "b" },
    { role: "system", content: "t" },
    { role: "assistant", content: "c" },
  ],
  tools: [{ name: "f" }],
  toolChoice: "required",
  responseFormat: { type: "json-schema", name: "n", schema: {}, strict: true },
};
const sampling = { temperature: 1, top_p: 1, seed: 1, max_tokens: 9000, stop: ["a", "b", "c", "d", "e"], stream: true };
const generationConfig = { temperature: 1, maxOutputTokens: 9000, seed: 1, thinkingConfig: {} };
const asked = { request, own: { ...sampling, tool_choice: "required", thinking: {}, generationConfig } };
const features = featuresOf(request, asked.own);

function failure(text: string, status: number) {
  return failureOf({ error: { message: text, code: "invalid_request_error" } }, status);
}

/** What errors of upstreams, packages and connections say. */
export const errorReaders: readonly Reader[] = [
  {
    name: "shownText",
    frames: [...words, ["<html>", ""], ["<html><title>", "</title>"], ["<!doctype ", " at /a:1:1"], ["a /", " "]],
    read: whole((text) => shownText(text, asIs)),
  },
  { name: "a registry's redact", frames: [...words, ["Bearer ", ""], ["api_key=", ""]], read: whole(redact) },
  {
    name: "failureOf and upstreamError, of a text",
    frames: [
      ...words,
      ["<html>", ""],
      ['{"error":', ""],
      ['{"error":{"message":"', '"}}'],
      ["[", "]"],
      ['{"error":{"details":[', '{"reason":"a"}]}}'],
    ],
    read: whole((text) => upstreamError(site, failureOf(parseJson(text) ?? text, 500))),
  },
  {
    name: "failureOf and upstreamError, in every field",
    frames: words,
    read: whole((text) => {
      const error = { message: text, code: text, type: text, status: text, param: text, failed_generation: text };
      const metadata = { raw: text };
      const details = [{ reason: text, retryDelay: text }];
      upstreamError(site, failureOf({ error: { ...error, metadata, details }, detail: text }, 400), new Error(text));
      upstreamError(site, failureOf({ error: { detail: [{ loc: [text], msg: text }] } }));
    }),
  },
  {
    name: "what refusals teach",
    frames: [
      ...words,
      ["unsupported ", ""],
      ["tool_choice ", " not supported"],
      ["between ", " support"],
      ["max_tokens ", " too large"],
      ["temperature must be ", " range"],
      ["system role ", " roles must alternate"],
      ["response_format ", " invalid schema"],
    ],
    read: whole((text) => {
      for (const status of [400, 404, 422, 500]) {
        const said = failure(text, status);
        signatureOf(said);
        teachingOf(said);
        const refusal = refusalOf(said);
        for (const lesson of [...chatLessons, ...messagesLessons, ...geminiLessons]) {
          lesson.names(refusal, asked);
          lesson.read(refusal, asked);
          circumstanceOf(lesson, refusal, features);
        }
        isAboutImages(said, [{ role: "user", content: [{ type: "image", url: "https://a.example/a.png" }] }]);
        for (const rung of ["forced", "without-thinking", "instructed", "schema"] as const) rungAfter(said, rung);
      }
    }),
  },
  {
    name: "waits that headers and details ask for",
    most: longestHead,
    frames: [...words, ["1", "s"], ["Sun, ", " GMT"]],
    read: whole((text) => {
      retryAfterOf({ get: () => text }, 0);
      retryDelayOf([{ retryDelay: text }]);
    }),
  },
  {
    name: "an error of a connection, and its causes",
    frames: words,
    read: whole((text) => {
      const cause = Object.assign(new Error(text), { code: text, name: text, stack: text });
      unreachable(site, new Error(text, { cause }));
    }),
  },
  {
    name: "what a provider package throws",
    frames: [...words, [" at /a:1:1", ""]],
    read: whole((text) =>
      packaged(async function* (): AsyncGenerator<ModelEvent> {
        yield { type: "text-delta", text: "Hel" };
        throw Object.assign(new TypeError(text), { name: text, cause: new Error(text) });
      }),
    ),
  },
  {
    name: "the errors of a provider package",
    frames: words,
    read: whole((text) =>
      // oxlint-disable-next-line require-yield -- it fails before its first event
      packaged(async function* (): AsyncGenerator<ModelEvent> {
        throw new MassgenError("overloaded", text, { param: text, cause: text });
      }),
    ),
  },
  {
    name: "the events of a provider package",
    inPieces: true,
    read: (pieces) =>
      packaged(async function* (): AsyncGenerator<ModelEvent> {
        for (const text of pieces) yield { type: "text-delta", text };
        const text = pieces.join("");
        yield { type: "tool-call", id: text.slice(0, 100_000), name: text.slice(0, 100_000), arguments: text };
        yield { type: "finish", reason: "stop" };
      }),
  },
];
