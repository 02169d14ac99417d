import { describe, expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames } from "../../fixtures/loopback-upstream.ts";
import { createGemini } from "./provider.ts";

// What Gemini and its gateways write besides text and STOP: nothing is lost, or the failure is told as it is.

const plain: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const parameters = { type: "object", properties: { agent_id: { type: "string" } }, required: ["agent_id"] };
const ballot: ChatRequest = { ...plain, tools: [{ name: "vote", parameters }], toolChoice: "required" };
const args = { agent_id: "agent1" };

async function read(body: string, request: ChatRequest = plain): Promise<string> {
  const context = { env: {}, redact: (text: string) => text, fetch: () => Promise.resolve(new Response(body)) };
  const model = createGemini().createModel(
    { model: "gemini-3-pro", apiKey: "k", baseUrl: "http://service.test", options: {} },
    context,
  );
  const { text, reasoning, calls, finish, error } = await collect(model.stream(request));
  const made = calls.map((call) => `${call.name}${call.arguments}`);
  const end = finish === undefined ? `!${error?.code}` : finish.reason;
  return [text, reasoning === "" ? "" : `(${reasoning})`, ...made, end].filter((one) => one !== "").join(" ");
}
const chunk = (parts: readonly object[], finishReason?: string, more: object = {}): object => ({
  candidates: [{ index: 0, content: { role: "model", parts }, ...(finishReason !== undefined && { finishReason }) }],
  ...more,
});
const end = (finishReason: string): object => ({ candidates: [{ finishReason }] });
const hi = chunk([{ text: "Hi" }]);
const call = { functionCall: { name: "vote", args } };
const vote = `vote${JSON.stringify(args)}`;

describe("an answer", () => {
  test.each<[string, string, string]>([
    [
      "a signature on an empty part behind the text",
      frames(hi, chunk([{ text: "", thoughtSignature: "s" }], "STOP")),
      "Hi stop",
    ],
    ["a signature on the text itself", frames(chunk([{ text: "Hi", thoughtSignature: "s" }], "STOP")), "Hi stop"],
    [
      "thoughts with a signature",
      frames(chunk([{ text: "Hm", thought: true, thoughtSignature: "s" }]), hi, end("STOP")),
      "Hi (Hm) stop",
    ],
    ["thoughts in tags of a gateway", frames(chunk([{ text: "<think>Hm</think>Hi" }], "STOP")), "Hi (Hm) stop"],
    [
      "no index, no role",
      frames({ candidates: [{ content: { parts: [{ text: "Hi" }] }, finishReason: "STOP" }] }),
      "Hi stop",
    ],
    ["candidates that are empty first", frames({ candidates: [] }, { usageMetadata: {} }, hi, end("STOP")), "Hi stop"],
    [
      "a content without parts",
      frames(hi, { candidates: [{ content: { role: "model" }, finishReason: "STOP" }] }),
      "Hi stop",
    ],
    ["a reason with every chunk", frames(chunk([{ text: "H" }], "STOP"), chunk([{ text: "i" }], "STOP")), "Hi stop"],
    ["a reason in small letters", frames(hi, end("stop")), "Hi stop"],
    ["a reason as a number", frames(hi, { candidates: [{ finishReason: 1 }] }), "Hi stop"],
    ["a limit as a number", frames(hi, { candidates: [{ finishReason: 2 }] }), "Hi length"],
    ["a reason that nobody knows", frames(hi, end("NEW_REASON")), "Hi stop"],
    ["a limit nobody knows", frames(hi, end("MAX_OUTPUT_TOKENS_EXCEEDED")), "Hi length"],
    ["a filter nobody knows", frames(hi, end("MODEL_SAFETY_ARMOR")), "Hi content-filter"],
    [
      "executable code and its result between texts",
      frames(
        chunk(
          [{ text: "H" }, { executableCode: { code: "1" } }, { codeExecutionResult: { output: "1" } }, { text: "i" }],
          "STOP",
        ),
      ),
      "Hi stop",
    ],
    ["heartbeats and names", `: x\n\nevent: ping\ndata: {}\n\n${frames(hi, end("STOP"))}`, "Hi stop"],
    ["an array in one piece", JSON.stringify([hi, end("STOP")]), "Hi stop"],
    ["a gateway's envelope", frames({ response: hi }, { response: end("STOP") }), "Hi stop"],
    ["OpenAI's marker behind it", frames(hi, end("STOP"), "[DONE]"), "Hi stop"],
    ["a blocked prompt", frames({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }), "content-filter"],
    [
      "a blocked prompt by a new name",
      frames({ promptFeedback: { blockReason: "JAILBREAK" }, usageMetadata: {} }),
      "content-filter",
    ],
    [
      "a prompt that was looked at and not blocked",
      frames({ promptFeedback: { safetyRatings: [] } }, hi, end("STOP")),
      "Hi stop",
    ],
    ["no candidate at all", frames({ usageMetadata: { promptTokenCount: 1 } }), "!truncated"],
    ["an empty answer", frames(end("STOP")), "stop"],
    ["cut off", frames(hi), "Hi !truncated"],
    ["an error inside", frames(hi, { error: { code: 503, status: "UNAVAILABLE", message: "x" } }), "Hi !overloaded"],
    [
      "an error in a list",
      frames(hi, [{ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "x" } }]),
      "Hi !rate-limited",
    ],
  ])("%s", async (_, body, expected) => expect(await read(body)).toBe(expected));
});

describe("a vote", () => {
  test.each<[string, string, string]>([
    ["with a signature", frames(chunk([{ ...call, thoughtSignature: "s" }], "STOP")), `${vote} tool-calls`],
    [
      "args as a text",
      frames(chunk([{ functionCall: { name: "vote", args: JSON.stringify(args) } }], "STOP")),
      `${vote} tool-calls`,
    ],
    [
      "a prefix of the name",
      frames(chunk([{ functionCall: { name: "default_api.vote", args } }], "STOP")),
      `${vote} tool-calls`,
    ],
    [
      "as code in a fence",
      frames(chunk([{ text: '```tool_code\nprint(default_api.vote(agent_id="agent1"))\n```' }], "STOP")),
      `${vote} tool-calls`,
    ],
    [
      "malformed, with its text in the message",
      frames({
        candidates: [
          {
            content: {},
            finishReason: "MALFORMED_FUNCTION_CALL",
            finishMessage: 'Malformed function call: print(default_api.vote(agent_id="agent1"))',
          },
        ],
      }),
      `${vote} other`,
    ],
    ["malformed, and nothing else", frames({ candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL" }] }), "other"],
    ["unexpected, with the call beside it", frames(chunk([call], "UNEXPECTED_TOOL_CALL")), `${vote} other`],
    ["too many", frames(chunk([call, call], "TOO_MANY_TOOL_CALLS")), `${vote} ${vote} other`],
    ["a call, and its reason in a chunk of its own", frames(chunk([call]), end("STOP")), `${vote} tool-calls`],
    ["a new reason for calls", frames(chunk([call], "FUNCTION_CALL")), `${vote} tool-calls`],
  ])("%s", async (_, body, expected) => expect(await read(body, ballot)).toBe(expected));
});
