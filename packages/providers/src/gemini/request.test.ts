import { describe, expect, test } from "vitest";
import type { ChatRequest, Message } from "@massgen/core/model";
import { conversationOf } from "./contents.ts";
import { geminiBody, type GeminiOptions } from "./request.ts";

const plain: GeminiOptions = { sampling: {}, generationFields: {}, extraBody: {} };
const messages: Message[] = [{ role: "user", content: "?" }];
const call = { id: "c1", name: "f", arguments: '{"a":1}' };
const user = (text: string): object => ({ role: "user", parts: [{ text }] });

function write(model: string, request: ChatRequest, options = plain): Readonly<Record<string, unknown>> {
  const { own, finish } = geminiBody(model, request, options);
  return finish(own).body;
}

describe("conversations", () => {
  test("leading system messages instruct, later ones are user text; equal roles are merged", () => {
    expect(
      conversationOf(
        [
          { role: "system", content: "s1" },
          { role: "system", content: "s2" },
          { role: "user", content: "a" },
          { role: "system", content: "s3" },
          { role: "assistant", content: "b" },
          { role: "assistant", content: "" },
          { role: "user", content: "c" },
        ],
        "m",
      ),
    ).toEqual({
      systemInstruction: "s1\n\ns2",
      contents: [
        { role: "user", parts: [{ text: "a" }, { text: "s3" }] },
        { role: "model", parts: [{ text: "b" }] },
        { role: "user", parts: [{ text: "c" }] },
      ],
    });
  });
  test("any number of parts", () => {
    const many: Message = {
      role: "user",
      content: Array.from({ length: 200_000 }, () => ({ type: "text", text: "a" })),
    };
    expect(conversationOf([...messages, many], "m").contents[0]?.parts).toHaveLength(200_001);
  });
  test("system messages alone still leave a turn to answer", () => {
    expect(conversationOf([{ role: "system", content: "s" }], "m")).toEqual({ contents: [user("s")] });
  });
  test("images", () => {
    const image = (url: string): unknown =>
      conversationOf([{ role: "user", content: [{ type: "image", url }] }], "m").contents[0]?.parts[0];
    expect(image("data:image/jpeg;base64,QUJD")).toEqual({ inlineData: { mimeType: "image/jpeg", data: "QUJD" } });
    expect(image("data:image/svg+xml;charset=utf-8,%3Csvg/%3E")).toEqual({
      inlineData: { mimeType: "image/svg+xml", data: Buffer.from("<svg/>").toString("base64") },
    });
    expect(image("DATA:;BASE64,QUJD")).toEqual({ inlineData: { mimeType: "image/png", data: "QUJD" } });
    expect(image("data:image/svg+xml,100%")).toEqual({
      inlineData: { mimeType: "image/svg+xml", data: Buffer.from("100%").toString("base64") },
    });
    expect(image("data:image/png")).toEqual({ fileData: { fileUri: "data:image/png" } });
    expect(image("https://h/i.png")).toEqual({ fileData: { fileUri: "https://h/i.png" } });
  });
});

test("integers that a double cannot hold go out as they came, in arguments and in results", () => {
  const text = '{"id":12345678901234567891}';
  const { contents } = conversationOf(
    [
      { role: "assistant", content: "", toolCalls: [{ ...call, id: "c", arguments: text }] },
      { role: "tool", toolCallId: "c", content: text },
    ],
    "m",
  );
  const sent = JSON.stringify(contents);
  expect(sent).toContain(`"args":${text}`);
  expect(sent).toContain(`"response":${text}`);
});

describe("signatures", () => {
  const own = (id: string | undefined, thoughtSignature?: string, model = "gemini-3-pro"): object => ({
    provider: "gemini",
    model,
    ...(id !== undefined && { id }),
    ...(thoughtSignature !== undefined && { thoughtSignature }),
  });
  const partsOf = (model: string, opaques: readonly unknown[]): unknown =>
    conversationOf(
      [{ role: "assistant", content: "", toolCalls: opaques.map((opaque, n) => ({ ...call, id: `c${n}`, opaque })) }],
      model,
    ).contents[0]?.parts;
  const part = (more: object = {}, id?: string): object => ({
    functionCall: { name: "f", args: { a: 1 }, ...(id !== undefined && { id }) },
    ...more,
  });

  test("its own go back unchanged, none is invented beside them", () => {
    expect(partsOf("gemini-3-pro", [own("g1", "s1"), own("g2")])).toEqual([
      part({ thoughtSignature: "s1" }, "g1"),
      part({}, "g2"),
    ]);
  });
  test("foreign calls get the stand-in, on the first one", () => {
    expect(partsOf("gemini-3-pro", [undefined, { provider: "x" }])).toEqual([
      part({ thoughtSignature: "skip_thought_signature_validator" }),
      part(),
    ]);
  });
  test("another Gemini model's count as foreign", () => {
    expect(partsOf("gemini-3-flash", [own("g1", "s1")])).toEqual([
      part({ thoughtSignature: "skip_thought_signature_validator" }),
    ]);
  });
  test("Gemini 2 asks for none", () => expect(partsOf("gemini-2.5-flash", [undefined])).toEqual([part()]));
});

test("tool results: by name, as objects, under Gemini's own id", () => {
  const opaque = { provider: "gemini", model: "m", id: "g1" };
  const results = conversationOf(
    [
      {
        role: "assistant",
        content: "",
        toolCalls: [
          { ...call, opaque },
          { ...call, id: "c2", name: "g" },
        ],
      },
      { role: "tool", toolCallId: "c1", content: '{"x":1}' },
      { role: "tool", toolCallId: "c2", content: "text" },
      { role: "tool", toolCallId: "c3", name: "h", content: "[1]" },
    ],
    "m",
  ).contents[1];
  expect(results).toEqual({
    role: "user",
    parts: [
      { functionResponse: { name: "f", response: { x: 1 }, id: "g1" } },
      { functionResponse: { name: "g", response: { result: "text" } } },
      { functionResponse: { name: "h", response: { result: "[1]" } } },
    ],
  });
});

test("arguments and results too deep to be written again", () => {
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  const [called, answered] = conversationOf(
    [
      { role: "assistant", content: "", toolCalls: [{ ...call, arguments: deep }] },
      { role: "tool", toolCallId: "c1", content: deep },
    ],
    "gemini-2.5-flash",
  ).contents;
  expect(called?.parts).toEqual([{ functionCall: { name: "f", args: {} } }]);
  expect(answered?.parts).toEqual([{ functionResponse: { name: "f", response: { result: deep } } }]);
});

describe("bodies", () => {
  const tools = [{ name: "a", description: "d", parameters: { type: "object" } }, { name: "b" }];
  const declared = [
    {
      functionDeclarations: [{ name: "a", description: "d", parametersJsonSchema: { type: "object" } }, { name: "b" }],
    },
  ];

  test.each([
    ["auto", { mode: "AUTO" }],
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY", allowedFunctionNames: ["a", "b"] }],
    [{ name: "b" }, { mode: "ANY", allowedFunctionNames: ["b"] }],
  ] as const)("tool choice %j", (toolChoice, functionCallingConfig) => {
    expect(write("m", { messages, tools, toolChoice })).toEqual({
      contents: [user("?")],
      tools: declared,
      toolConfig: { functionCallingConfig },
    });
  });
  test("sampling, formats, options", () => {
    const schema = { type: "object" };
    const body = write(
      "gemini-2.5-pro",
      {
        messages: [{ role: "system", content: "s" }, ...messages],
        sampling: { temperature: 1, topP: 0.5, maxOutputTokens: 9, stop: ["x"], seed: 3, reasoningEffort: "medium" },
        responseFormat: { type: "json-schema", name: "n", schema },
      },
      {
        sampling: { temperature: 0 },
        includeThoughts: true,
        safetySettings: [1],
        generationFields: { topK: 4 },
        extraBody: { labels: 1 },
      },
    );
    expect(body).toEqual({
      systemInstruction: { role: "system", parts: [{ text: "s" }] },
      contents: [user("?")],
      generationConfig: {
        temperature: 0,
        topP: 0.5,
        maxOutputTokens: 9,
        stopSequences: ["x"],
        seed: 3,
        topK: 4,
        thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 },
        responseMimeType: "application/json",
        responseJsonSchema: schema,
      },
      safetySettings: [1],
      labels: 1,
    });
  });
  test.each([
    ["high", { thinkingConfig: { thinkingBudget: 24_576 } }],
    ["constructor", undefined],
  ])("Gemini 2.5 thinks in tokens: %s", (reasoningEffort, config) => {
    const body = write("gemini-2.5-pro", { messages, sampling: { reasoningEffort } });
    expect(body["generationConfig"]).toEqual(config);
  });
  test("Gemini 3 thinks in levels", () => {
    const body = write("gemini-3-pro", { messages, sampling: { reasoningEffort: "low" } });
    expect(body["generationConfig"]).toEqual({ thinkingConfig: { thinkingLevel: "low" } });
  });
});
