import { expect, test } from "vitest";
import { readCall } from "./read-call.ts";

const readOpenAiCall = (body: object) => readCall("/v1/chat/completions", JSON.stringify(body));

const block =
  "Judge these.\n<CURRENT ANSWERS>\n<agent2>\ntwo\nlines\n</agent2>\n<agent1>\n&lt;agent9> 4\n</agent1>\n</CURRENT ANSWERS>";
const voteTool = { type: "function", function: { name: "vote", parameters: {} } };

test("a conversation without candidates is a draft", () => {
  const call = readOpenAiCall({
    model: "m",
    stream: true,
    messages: [
      { role: "developer", content: "Be brief." },
      {
        role: "user",
        content: [{ type: "text", text: "What is " }, { type: "image_url" }, { type: "text", text: "this?" }],
      },
      { role: "assistant", content: null },
      { role: "tool", content: "42" },
    ],
  });
  expect(call).toMatchObject({ wire: "openai", model: "m", phase: "draft", stream: true, labels: [], tools: [] });
  expect(call?.messages).toEqual([
    { role: "system", text: "Be brief." },
    { role: "user", text: "What is this?" },
    { role: "assistant", text: "" },
    { role: "tool", text: "42" },
  ]);
});

test("a vote tool makes it a ballot, and the candidates keep the order shown", () => {
  const call = readOpenAiCall({ model: "m", messages: [{ role: "user", content: block }], tools: [voteTool] });
  expect(call).toMatchObject({ phase: "ballot", stream: false, labels: ["agent2", "agent1"], tools: ["vote"] });
  expect(call?.answers).toEqual([
    { label: "agent2", text: "two\nlines" },
    { label: "agent1", text: "&lt;agent9> 4" },
  ]);
});

test("candidates without a vote tool are a presentation", () => {
  expect(readOpenAiCall({ model: "m", messages: [{ role: "user", content: block }] })?.phase).toBe("presentation");
});

test("candidates are found when a correction follows them", () => {
  const messages = [
    { role: "user", content: block },
    { role: "assistant", content: "hm" },
    { role: "user", content: "Vote for one of them." },
  ];
  expect(readOpenAiCall({ model: "m", messages, tools: [voteTool] })?.labels).toEqual(["agent2", "agent1"]);
});

test("the marker inside a line does not count", () => {
  const messages = [{ role: "user", content: "What does <CURRENT ANSWERS> mean?" }];
  expect(readOpenAiCall({ model: "m", messages })?.phase).toBe("draft");
});

test.each<[string, string, object]>([
  [
    "openai",
    "/a/v1/chat/completions",
    {
      model: "m",
      stream: true,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello" },
        { role: "tool", tool_call_id: "c", content: "42" },
        { role: "user", content: block },
      ],
      tools: [voteTool, { type: "function", function: { name: "new_answer" } }],
    },
  ],
  [
    "responses",
    "/a/v1/responses",
    {
      model: "m",
      stream: true,
      instructions: "Be brief.",
      input: [
        { role: "user", content: "Hi" },
        { type: "reasoning", summary: [] },
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello" }] },
        { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
        { type: "function_call_output", call_id: "c", output: "42" },
        { type: "message", role: "user", content: [{ type: "input_text", text: block }] },
      ],
      tools: [
        { type: "function", name: "vote" },
        { type: "function", name: "new_answer" },
      ],
    },
  ],
  [
    "claude",
    "/a/v1/messages",
    {
      model: "m",
      stream: true,
      system: [{ type: "text", text: "Be brief." }],
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: [{ type: "text", text: "Hello" }] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "42" }] },
            { type: "text", text: block },
          ],
        },
      ],
      tools: [{ name: "vote" }, { name: "new_answer" }],
    },
  ],
  [
    "gemini",
    "/a/v1beta/models/m:streamGenerateContent",
    {
      systemInstruction: { role: "system", parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ text: "Hi" }] },
        { role: "model", parts: [{ text: "Hello" }] },
        { role: "user", parts: [{ functionResponse: { name: "f", response: { result: "42" } } }, { text: block }] },
      ],
      tools: [{ functionDeclarations: [{ name: "vote" }, { name: "new_answer" }] }],
    },
  ],
])("%s: its body reads the same", (wire, path, body) => {
  expect(readCall(path, JSON.stringify(body))).toMatchObject({
    wire,
    place: "a",
    model: "m",
    stream: true,
    phase: "ballot",
    labels: ["agent2", "agent1"],
    tools: ["vote", "new_answer"],
    messages: [
      { role: "system", text: "Be brief." },
      { role: "user", text: "Hi" },
      { role: "assistant", text: "Hello" },
      { role: "tool", text: "42" },
      { role: "user", text: block },
    ],
  });
});

test("a ballot that offers no tool asks for the vote in words", () => {
  const ask = (words: string) => readOpenAiCall({ messages: [{ role: "user", content: `${block}\n${words}` }] })?.phase;
  expect([ask("Call `vote`."), ask("Vote.")]).toEqual(["ballot", "presentation"]);
});

test.each(["/v1/models", "/v1beta/models/m:countTokens", "/v1/embeddings"])("%s is not served", (path) => {
  expect(readCall(path, "{}")).toBeUndefined();
});
