import { expect, test } from "vitest";
import { readGeminiCall, readOpenAiCall } from "./call.ts";

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
  expect(call.messages).toEqual([
    { role: "system", text: "Be brief." },
    { role: "user", text: "What is this?" },
    { role: "assistant", text: "" },
    { role: "tool", text: "42" },
  ]);
});

test("a vote tool makes it a ballot, and the candidates keep the order shown", () => {
  const call = readOpenAiCall({ model: "m", messages: [{ role: "user", content: block }], tools: [voteTool] });
  expect(call).toMatchObject({ phase: "ballot", stream: false, labels: ["agent2", "agent1"], tools: ["vote"] });
  expect(call.answers).toEqual([
    { label: "agent2", text: "two\nlines" },
    { label: "agent1", text: "&lt;agent9> 4" },
  ]);
});

test("candidates without a vote tool are a presentation", () => {
  expect(readOpenAiCall({ model: "m", messages: [{ role: "user", content: block }] }).phase).toBe("presentation");
});

test("candidates are found when a correction follows them", () => {
  const messages = [
    { role: "user", content: block },
    { role: "assistant", content: "hm" },
    { role: "user", content: "Vote for one of them." },
  ];
  expect(readOpenAiCall({ model: "m", messages, tools: [voteTool] }).labels).toEqual(["agent2", "agent1"]);
});

test("the marker inside a line does not count", () => {
  const messages = [{ role: "user", content: "What does <CURRENT ANSWERS> mean?" }];
  expect(readOpenAiCall({ model: "m", messages }).phase).toBe("draft");
});

test("Gemini's body reads the same", () => {
  const call = readGeminiCall("gemini-x", true, {
    systemInstruction: { role: "system", parts: [{ text: "Be brief." }] },
    contents: [
      { role: "user", parts: [{ text: "Hi" }] },
      { role: "model", parts: [{ text: "Hello" }] },
      { role: "user", parts: [{ functionResponse: { name: "f", response: { result: "42" } } }, { text: block }] },
    ],
    tools: [{ functionDeclarations: [{ name: "vote" }, { name: "new_answer" }] }],
  });
  expect(call).toMatchObject({ wire: "gemini", model: "gemini-x", phase: "ballot", labels: ["agent2", "agent1"] });
  expect(call.tools).toEqual(["vote", "new_answer"]);
  expect(call.messages.map((message) => message.role)).toEqual(["system", "user", "assistant", "tool", "user"]);
  expect(call.messages[3]?.text).toBe("42");
});
