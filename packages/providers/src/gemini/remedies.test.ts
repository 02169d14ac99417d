import { describe, expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

// Refusals of Gemini's API, each played to the end: learned, remembered, and not in use elsewhere.

const bed = testBed();
type Body = Exchange["body"];

const user: Message = { role: "user", content: "Hello" };
const system: Message = { role: "system", content: "Be brief." };
const ask = (more: Partial<ChatRequest> = {}): ChatRequest => ({ messages: [user], ...more });
const configOf = (body: Body): Record<string, unknown> => (body["generationConfig"] ?? {}) as Record<string, unknown>;
const formatOf = (body: Body): unknown => [configOf(body)["responseMimeType"], "responseJsonSchema" in configOf(body)];
const whole = frames({ candidates: [{ content: { parts: [{ text: "ok" }] }, finishReason: "STOP" }] });
const json = "application/json";

interface Lesson {
  readonly refuses: (body: Body) => boolean;
  readonly says: string;
  readonly request: ChatRequest;
  readonly shows: (body: Body) => unknown;
  readonly seen: readonly unknown[];
  readonly elsewhere: readonly [ChatRequest, unknown];
  readonly dropped?: readonly string[];
}

const lessons: readonly Lesson[] = [
  {
    says: "Developer instruction is not enabled for models/gemma-3-27b-it",
    refuses: (body) => "systemInstruction" in body,
    request: ask({ messages: [system, user] }),
    shows: (body) => [body["systemInstruction"] !== undefined, JSON.stringify(body["contents"]).includes("Be brief")],
    seen: [
      [true, false],
      [false, true],
    ],
    elsewhere: [ask(), [false, false]],
  },
  {
    says: "Unable to submit request because it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.",
    refuses: (body) => Number(configOf(body)["maxOutputTokens"]) > 65_536,
    request: ask({ sampling: { maxOutputTokens: 100_000 } }),
    shows: (body) => configOf(body)["maxOutputTokens"],
    seen: [100_000, 65_536],
    elsewhere: [ask({ sampling: { maxOutputTokens: 5 } }), 5],
  },
  {
    says: "Function calling with a response mime type: 'application/json' is unsupported",
    refuses: (body) => "tools" in body && "responseMimeType" in configOf(body),
    request: ask({ tools: [{ name: "look" }], responseFormat: { type: "json-object" } }),
    shows: formatOf,
    seen: [
      [json, false],
      [undefined, false],
    ],
    elsewhere: [ask({ responseFormat: { type: "json-object" } }), [json, false]],
  },
  {
    says: "Invalid JSON payload received. Unknown name \"responseJsonSchema\" at 'generation_config': Cannot find field.",
    refuses: (body) => "responseJsonSchema" in configOf(body),
    request: ask({ responseFormat: { type: "json-schema", name: "n", schema: {} } }),
    shows: formatOf,
    seen: [
      [json, true],
      [json, false],
    ],
    elsewhere: [ask(), [undefined, false]],
  },
  ...(
    [
      ["Penalty is not enabled for models/gemini-2.5-flash", "frequencyPenalty", { frequencyPenalty: 1 }],
      ["Thinking level is not supported for this model.", "thinkingConfig", { reasoningEffort: "low" }],
      ["Thinking is not supported by this model", "thinkingConfig", { reasoningEffort: "low" }],
      ["temperature is not supported", "temperature", { temperature: 1 }],
      ["seed is no longer available", "seed", { seed: 1 }],
    ] as const
  ).map(([says, field, sampling]): Lesson => ({
    says,
    refuses: (body) => field in configOf(body),
    request: ask({ sampling: { topP: 0.5, ...sampling } }),
    shows: (body) => [field in configOf(body), configOf(body)["topP"]],
    seen: [
      [true, 0.5],
      [false, 0.5],
    ],
    elsewhere: [ask({ sampling: { topP: 0.1 } }), [false, 0.1]],
    dropped: Object.keys(sampling),
  })),
];

describe.each(lessons)("$says", ({ refuses, says, request, shows, seen, elsewhere, dropped }) => {
  test("learned, remembered, and not in use elsewhere", async () => {
    bed.upstream = await startUpstream(({ body, response }) =>
      refuses(body)
        ? sendJson(response, 400, { error: { code: 400, message: says, status: "INVALID_ARGUMENT" } })
        : sendEvents(response, whole),
    );
    const { url, exchanges } = bed.upstream;
    const settings = { type: "gemini", model: "gemini-3-pro", apiKey: "k-12345", baseUrl: url, options: {} };
    const model = bed.registry.createModel(settings);
    for (let call = 0; call < 2; call += 1) {
      const { text, events, error } = await collect(model.stream(request));
      expect([text, error?.message]).toEqual(["ok", undefined]);
      expect(events.at(-1)).toEqual({ type: "finish", reason: "stop", ...(dropped && { droppedParameters: dropped }) });
    }
    expect(exchanges.map(({ body }) => shows(body))).toEqual([...seen, seen.at(-1)]);
    const before = exchanges.length;
    await collect(model.stream(elsewhere[0]));
    expect(exchanges.slice(before).map(({ body }) => shows(body))).toEqual([elsewhere[1]]);
  });
});

test.each(["temperature must be between 0 and 2", "The thinking budget 50000 is invalid: choose 128 to 32768"])(
  "a value is refused, and not its field: %s",
  async (message) => {
    bed.upstream = await startUpstream(({ response }) => sendJson(response, 400, { error: { code: 400, message } }));
    const { url, exchanges } = bed.upstream;
    const settings = { type: "gemini", model: "gemini-3-pro", apiKey: "k-12345", baseUrl: url, options: {} };
    const sampling = { temperature: 9, reasoningEffort: "high" };
    await collect(bed.registry.createModel(settings).stream(ask({ sampling })));
    expect(exchanges.map(({ body }) => Object.keys(configOf(body)))).toEqual([["temperature", "thinkingConfig"]]);
  },
);
