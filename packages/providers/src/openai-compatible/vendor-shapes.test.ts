import { describe, expect, test } from "vitest";
import type { ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { frames } from "../../fixtures/loopback-upstream.ts";
import { scriptedProvider } from "../../fixtures/scripted-service.ts";

// How services and gateways write their answers besides the way that is documented: nothing is lost, or the failure is told as it is.

const parameters = {
  type: "object",
  properties: { agent_id: { type: "string" }, reason: { type: "string" } },
  required: ["agent_id", "reason"],
};
const plain: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const ballot: ChatRequest = { ...plain, tools: [{ name: "vote", parameters }], toolChoice: "required" };
const offered: ChatRequest = { ...ballot, toolChoice: "auto" };
const vote = '{"agent_id":"agent1","reason":"clear"}';

const choice = (delta: object, finish_reason: unknown = null, more: object = {}): object => ({
  id: "c",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason, ...more }],
});
const say = (content: string, finish: unknown = null): object => choice({ content }, finish);
const call = (args: unknown, more: object = {}, name = "vote"): object => ({
  tool_calls: [{ index: 0, id: "c1", type: "function", function: { name, arguments: args }, ...more }],
});
const stop = choice({}, "stop");
const usage = { choices: [], usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } };
const done = "[DONE]";

/** What came: text, reasoning in brackets, calls, the reason or the failure, output tokens. */
async function read(body: string, request: ChatRequest, type: string, status = 200): Promise<string> {
  const { model } = scriptedProvider(() => new Response(body, { status }), type);
  const { text, reasoning, calls, finish, error } = await collect(model().stream(request));
  const made = calls.map(({ name, arguments: args }) => `${name}${args}`);
  const end = finish === undefined ? `!${error?.code}` : finish.reason;
  const tokens = finish?.usage?.outputTokens;
  return [text, reasoning === "" ? "" : `(${reasoning})`, ...made, end, tokens ?? ""]
    .filter((one) => one !== "")
    .join(" ");
}

type Case = readonly [name: string, body: string, expected: string, type?: string];
const table = (cases: readonly Case[]) => cases.map(([name, body, expected, type]) => ({ name, body, expected, type }));
const check = (request: ChatRequest) => async (one: { body: string; expected: string; type: string | undefined }) =>
  expect(await read(one.body, request, one.type ?? "chatcompletion")).toBe(one.expected);
const crlf = (text: string): string => text.replaceAll("\n", "\r\n");

describe("an answer in words", () => {
  test.each(
    table([
      [
        "OpenRouter: native words beside the reason",
        frames(
          choice({ content: "Hi" }, null),
          choice({ content: "" }, "stop", { native_finish_reason: "STOP" }),
          usage,
          done,
        ),
        "Hi stop 7",
        "openrouter",
      ],
      ["Together: an end of sequence", frames(say("Hi"), say("", "eos"), done), "Hi stop"],
      ["Cohere's compatible end point", frames(say("Hi"), say("", "COMPLETE"), done), "Hi stop"],
      ["Cohere's limit", frames(say("Hi"), say("", "MAX_TOKENS"), done), "Hi length"],
      ["Bedrock gateways: a stop sequence", frames(say("Hi"), say("", "stop_sequence"), done), "Hi stop"],
      ["Bedrock gateways: the end of a turn", frames(say("Hi"), say("", "end_turn")), "Hi stop"],
      ["Bedrock gateways: a guardrail", frames(say("Hi"), say("", "guardrail_intervened"), done), "Hi content-filter"],
      [
        "SGLang: the reason as an object",
        frames(say("Hi"), say("", { type: "stop", matched: 151645 }), usage, done),
        "Hi stop 7",
        "sglang",
      ],
      [
        "SGLang: a limit as an object",
        frames(say("Hi"), say("", { type: "length", length: 16 }), done),
        "Hi length",
        "sglang",
      ],
      ["Vertex behind a gateway", frames(say("Hi"), say("", "FinishReason.STOP"), done), "Hi stop"],
      ["Vertex's limit behind a gateway", frames(say("Hi"), say("", "FinishReason.MAX_TOKENS"), done), "Hi length"],
      ["one-api: an empty reason in each piece", frames(say("H", ""), say("i", ""), stop, done), "Hi stop"],
      ["a reason in capitals", frames(say("Hi"), say("", "STOP")), "Hi stop"],
      ["a reason as a number", frames(say("Hi"), say("", 1), usage, done), "Hi stop 7"],
      ["Zhipu: sensitive words", frames(say("Hi"), say("", "sensitive"), done), "Hi content-filter", "zai"],
      ["Zhipu: a network error", frames(say("Hi"), say("", "network_error"), done), "Hi !upstream-failed", "zai"],
      [
        "DeepSeek: no resources",
        frames(say("Hi"), say("", "insufficient_system_resource"), done),
        "Hi !upstream-failed",
        "deepseek",
      ],
      [
        "MiniMax: the whole message behind the deltas",
        frames(
          say("H"),
          say("i"),
          { choices: [{ index: 0, finish_reason: "stop", message: { content: "Hi" } }], base_resp: { status_code: 0 } },
          done,
        ),
        "Hi stop",
      ],
      [
        "Perplexity: the message beside each delta",
        frames(
          { choices: [{ index: 0, delta: { content: "H" }, message: { content: "H" } }] },
          {
            choices: [{ index: 0, delta: { content: "i" }, message: { content: "Hi" }, finish_reason: "stop" }],
            citations: ["https://x.test"],
          },
          done,
        ),
        "Hi stop",
        "perplexity",
      ],
      [
        "Azure: the filter's results first and last",
        frames(
          { choices: [], prompt_filter_results: [{}] },
          say("Hi"),
          stop,
          { choices: [{ index: 0, content_filter_offsets: {}, finish_reason: null }] },
          done,
        ),
        "Hi stop",
        "azure_openai",
      ],
      [
        "Azure: asynchronous filters, without a delta",
        frames(say("Hi"), { choices: [{ index: 0, finish_reason: "stop", content_filter_results: {} }] }, done),
        "Hi stop",
        "azure_openai",
      ],
      [
        "llama.cpp: timings behind the end",
        frames(say("Hi"), stop, { choices: [], timings: { predicted_n: 2 }, usage: usage.usage }, done),
        "Hi stop 7",
        "llamacpp",
      ],
      [
        "LM Studio: statistics in the last event",
        frames(say("Hi"), { ...stop, stats: {}, usage: usage.usage }, done),
        "Hi stop 7",
        "lmstudio",
      ],
      ["Ollama: whole in one piece, no marker", frames(say("Hi", "stop")), "Hi stop", "ollama"],
      [
        "Ollama's own stream of lines",
        '{"model":"m","message":{"role":"assistant","content":"H"},"done":false}\n{"model":"m","message":{"role":"assistant","content":"i"},"done":true,"done_reason":"stop"}\n',
        "!invalid-response",
        "ollama",
      ],
      [
        "vLLM: the stop reason as a token",
        frames(say("Hi"), choice({}, "stop", { stop_reason: 128009 }), usage, done),
        "Hi stop 7",
        "vllm",
      ],
      [
        "LiteLLM: an empty delta with the role, again and again",
        frames(
          choice({ role: "assistant", content: "" }),
          choice({ role: "assistant", content: "H" }),
          choice({ role: "assistant", content: "i" }),
          stop,
          done,
        ),
        "Hi stop",
      ],
      [
        "the older completions' text",
        frames(
          { choices: [{ index: 0, text: "H", finish_reason: null }] },
          { choices: [{ index: 0, text: "i", finish_reason: "stop" }] },
          done,
        ),
        "Hi stop",
      ],
      [
        "content as a list of parts",
        frames(choice({ content: [{ type: "text", text: "Hi" }] }), stop, done),
        "Hi stop",
        "mistral",
      ],
      [
        "content as a list of parts without types",
        frames(choice({ content: [{ text: "Hi" }] }), stop, done),
        "Hi stop",
      ],
      ["content as a part alone", frames(choice({ content: { type: "text", text: "Hi" } }), stop, done), "Hi stop"],
      [
        "content as output text",
        frames(choice({ content: [{ type: "output_text", text: "Hi" }] }), stop, done),
        "Hi stop",
      ],
      ["content as a list of strings", frames(choice({ content: ["H", "i"] }), stop, done), "Hi stop"],
      [
        "Mistral: references between the parts",
        frames(
          choice({
            content: [
              { type: "text", text: "H" },
              { type: "reference", reference_ids: [1] },
              { type: "text", text: "i" },
            ],
          }),
          stop,
          done,
        ),
        "Hi stop",
        "mistral",
      ],
      [
        "the index as a text",
        frames({ choices: [{ index: "0", delta: { content: "Hi" }, finish_reason: "stop" }] }, done),
        "Hi stop",
      ],
      [
        "no index",
        frames(
          { choices: [{ delta: { content: "H" } }] },
          { choices: [{ delta: { content: "i" }, finish_reason: "stop" }] },
          done,
        ),
        "Hi stop",
      ],
      [
        "two choices unasked",
        frames(
          {
            choices: [
              { index: 0, delta: { content: "Hi" } },
              { index: 1, delta: { content: "Yo" } },
            ],
          },
          { choices: [{ index: 1, delta: {}, finish_reason: "length" }] },
          stop,
          done,
        ),
        "Hi stop",
      ],
      [
        "the answer as the second choice",
        frames(
          {
            choices: [
              { index: 0, delta: {}, finish_reason: null },
              { index: 1, delta: { content: "Hi" }, finish_reason: "stop" },
            ],
          },
          done,
        ),
        "Hi stop",
      ],
      [
        "heartbeats with names",
        `event: ping\ndata: {"type":"ping"}\n\n${frames(say("H"))}event: heartbeat\ndata: {}\n\n${frames(say("i"), stop, done)}`,
        "Hi stop",
      ],
      [
        "keep-alive events without data",
        `event: keepalive\n\n: x\n\n${frames(say("Hi"))}:\n\nid: 7\n\n${frames(stop, done)}`,
        "Hi stop",
      ],
      [
        "keep-alive objects",
        frames(
          { type: "keep-alive" },
          say("H"),
          { status: "processing" },
          say("i"),
          { object: "heartbeat" },
          stop,
          done,
        ),
        "Hi stop",
      ],
      [
        "events with a null in the place of choices",
        frames({ choices: null }, say("Hi"), { choices: null, usage: usage.usage }, stop, done),
        "Hi stop 7",
      ],
      ["a byte order mark", `\uFEFF${frames(say("Hi"), stop, done)}`, "Hi stop"],
      [
        "a mark before a document",
        `\uFEFF${JSON.stringify({ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] })}`,
        "Hi stop",
      ],
      ["CRLF", crlf(frames(say("Hi"), stop, done)), "Hi stop"],
      ["no blank after the colon", frames(say("Hi"), stop, done).replaceAll("data: ", "data:"), "Hi stop"],
      ["one line end between events", frames(say("H"), say("i"), stop, done).replaceAll("\n\n", "\n"), "Hi stop"],
      ["a marker in other words", frames(say("Hi"), stop, "DONE"), "Hi stop"],
      ["a marker in quotes", frames(say("Hi"), usage, '"[DONE]"'), "Hi stop 7"],
      ["a marker as an event", `${frames(say("Hi"), usage)}event: done\ndata: [DONE]\n\n`, "Hi stop 7"],
      ["usage before the words", frames({ choices: [], usage: usage.usage }, say("Hi"), stop, done), "Hi stop 7"],
      [
        "usage in the choice",
        frames(say("Hi"), choice({}, "stop", { usage: usage.usage }), done),
        "Hi stop 7",
        "moonshot",
      ],
      [
        "usage in an envelope of Groq's",
        frames(say("Hi"), { ...stop, x_groq: { usage: usage.usage } }, done),
        "Hi stop 7",
        "groq",
      ],
      ["text behind the reason, in the same answer", frames(say("H", "stop"), say("i", "stop"), done), "Hi stop"],
      ["a refusal as a field", frames(choice({ refusal: "No." }), stop, done), "No. content-filter"],
      ["a refusal that is empty", frames(choice({ content: "Hi", refusal: "" }), stop, done), "Hi stop"],
      [
        "a document as a list",
        JSON.stringify([{ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }]),
        "!invalid-response",
      ],
      [
        "a document in an envelope",
        JSON.stringify({ data: { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }, success: true }),
        "!invalid-response",
      ],
    ]),
  )("$name", check(plain));
});

describe("thoughts", () => {
  test.each(
    table([
      ["as thinking", frames(choice({ thinking: "Hm" }), say("Hi"), stop, done), "Hi (Hm) stop", "ollama"],
      ["as thinking_content", frames(choice({ thinking_content: "Hm" }), say("Hi"), stop, done), "Hi (Hm) stop"],
      ["as reasoning_text", frames(choice({ reasoning_text: "Hm" }), say("Hi"), stop, done), "Hi (Hm) stop"],
      [
        "in blocks of LiteLLM's",
        frames(
          choice({ thinking_blocks: [{ type: "thinking", thinking: "Hm", signature: "s" }] }),
          say("Hi"),
          stop,
          done,
        ),
        "Hi (Hm) stop",
      ],
      [
        "beside the words, twice",
        frames(choice({ reasoning_content: "Hm", reasoning: "Hm" }), say("Hi"), stop, done),
        "Hi (Hm) stop",
      ],
      [
        "in content parts",
        frames(
          choice({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }] }),
          choice({ content: [{ type: "text", text: "Hi" }] }),
          stop,
          done,
        ),
        "Hi (Hm) stop",
        "mistral",
      ],
      [
        "in reasoning parts",
        frames(
          choice({
            content: [
              { type: "reasoning", reasoning: "Hm" },
              { type: "text", text: "Hi" },
            ],
          }),
          stop,
          done,
        ),
        "Hi (Hm) stop",
      ],
      ["in tags, cut anywhere", frames(say("<th"), say("ink>Hm</thi"), say("nk>\n\nHi"), stop, done), "Hi (Hm) stop"],
      [
        "in tags that nobody writes so",
        frames(say('<think type="x">Hm</think>Hi'), stop, done),
        '<think type="x">Hm</think>Hi stop',
      ],
      ["in two blocks", frames(say("<think>a</think><think>b</think>Hi"), stop, done), "Hi (ab) stop"],
      ["in an empty block", frames(say("<think>\n\n</think>\n\nHi"), stop, done), "Hi (\n\n) stop"],
      [
        "in tags within the reasoning field",
        frames(choice({ reasoning_content: "<think>Hm</think>" }), say("Hi"), stop, done),
        "Hi (<think>Hm</think>) stop",
      ],
    ]),
  )("$name", check(plain));
});

describe("a vote", () => {
  test.each(
    table([
      ["arguments as an object", frames(choice(call(JSON.parse(vote))), stop, done), `vote${vote} tool-calls`],
      ["arguments encoded twice", frames(choice(call(JSON.stringify(vote))), stop, done), `vote${vote} tool-calls`],
      [
        "arguments encoded three times",
        frames(choice(call(JSON.stringify(JSON.stringify(vote)))), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "arguments in a fence",
        frames(choice(call(`\`\`\`json\n${vote}\n\`\`\``)), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "arguments behind an empty object",
        frames(choice(call("{}")), choice({ tool_calls: [{ index: 0, function: { arguments: vote } }] }), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "arguments with null in front",
        frames(choice(call(null)), choice({ tool_calls: [{ index: 0, function: { arguments: vote } }] }), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "no index, no id",
        frames(
          choice({ tool_calls: [{ function: { name: "vote", arguments: vote.slice(0, 9) } }] }),
          choice({ tool_calls: [{ function: { arguments: vote.slice(9) } }] }),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "the name again in each piece",
        frames(choice(call(vote.slice(0, 9))), choice(call(vote.slice(9))), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "name and arguments beside the function",
        frames(
          choice({ tool_calls: [{ index: 0, id: "c", type: "function", name: "vote", arguments: vote }] }),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "parameters in the place of arguments",
        frames(
          choice({ tool_calls: [{ index: 0, id: "c", function: { name: "vote", parameters: JSON.parse(vote) } }] }),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "calls as an object",
        frames(choice({ tool_calls: { index: 0, id: "c", function: { name: "vote", arguments: vote } } }), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "the older field",
        frames(choice({ function_call: { name: "vote", arguments: vote } }), choice({}, "function_call"), done),
        `vote${vote} tool-calls`,
      ],
      [
        "calls in the message of the last event",
        frames(
          say(""),
          {
            choices: [
              {
                index: 0,
                finish_reason: "tool_calls",
                delta: {},
                message: { tool_calls: [{ id: "c", function: { name: "vote", arguments: vote } }] },
              },
            ],
          },
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      ["with its reason first", frames(choice({}, "tool_calls"), choice(call(vote)), done), `vote${vote} tool-calls`],
      ["with no reason but usage", frames(choice(call(vote)), usage, done), `vote${vote} tool-calls 7`],
      [
        "Kimi's marks in the text",
        frames(
          say(
            `<|tool_calls_section_begin|><|tool_call_begin|>functions.vote:0<|tool_call_argument_begin|>${vote}<|tool_call_end|><|tool_calls_section_end|>`,
          ),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
        "moonshot",
      ],
      [
        "MiniMax's marks in the text",
        frames(
          say(
            '<minimax:tool_call>\n<invoke name="vote">\n<parameter name="agent_id">agent1</parameter>\n<parameter name="reason">clear</parameter>\n</invoke>\n</minimax:tool_call>',
          ),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "GLM's marks in the text",
        frames(
          say(
            "<tool_call>vote\n<arg_key>agent_id</arg_key>\n<arg_value>agent1</arg_value>\n<arg_key>reason</arg_key>\n<arg_value>clear</arg_value>\n</tool_call>",
          ),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
        "zai",
      ],
      [
        "Llama's marks in the text",
        frames(say(`<|python_tag|>{"name": "vote", "parameters": ${vote}}<|eom_id|>`), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "Command's action in the text",
        frames(
          say(`<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "vote", "parameters": ${vote}}]<|END_ACTION|>`),
          stop,
          done,
        ),
        `vote${vote} tool-calls`,
      ],
      [
        "gpt-oss's channel in the text",
        frames(say(`<|channel|>commentary to=functions.vote <|constrain|>json<|message|>${vote}<|call|>`), stop, done),
        `vote${vote} tool-calls`,
      ],
      [
        "as structured output of the service's own",
        frames(choice({ content: JSON.parse(vote) as object }), stop, done),
        `vote${vote} tool-calls`,
      ],
    ]),
  )("$name", check(ballot));

  test.each(
    table([
      [
        "ids that are empty, or all the same",
        frames(
          choice({
            tool_calls: [
              { index: 0, id: "", function: { name: "vote", arguments: vote } },
              { index: 1, id: "", function: { name: "vote", arguments: "{}" } },
            ],
          }),
          stop,
          done,
        ),
        `vote${vote} vote{} tool-calls`,
      ],
      [
        "one index for two calls",
        frames(
          choice({ tool_calls: [{ index: 0, id: "a", function: { name: "vote", arguments: vote } }] }),
          choice({ tool_calls: [{ index: 0, id: "b", function: { name: "vote", arguments: "{}" } }] }),
          stop,
          done,
        ),
        `vote${vote} vote{} tool-calls`,
      ],
      [
        "text beside the call",
        frames(choice({ content: "I vote." }), choice(call(vote)), choice({}, "tool_calls"), done),
        `I vote. vote${vote} tool-calls`,
      ],
      ["a reason of the wrong kind", frames(choice(call(vote)), choice({}, "stop"), done), `vote${vote} tool-calls`],
    ]),
  )("offered: $name", check(offered));
});

describe("a failure inside an answer", () => {
  test.each(
    table([
      [
        "OpenRouter, in the choice",
        frames(
          {
            choices: [
              {
                index: 0,
                delta: { content: "" },
                finish_reason: "error",
                error: { code: 429, message: "rate limited upstream" },
              },
            ],
          },
          done,
        ),
        "!rate-limited",
        "openrouter",
      ],
      ["as the reason alone", frames(say("H"), choice({}, "error"), done), "H !upstream-failed", "openrouter"],
      [
        "vLLM, flat",
        frames(say("H"), { object: "error", message: "engine died", type: "InternalServerError", code: 500 }, done),
        "H !upstream-failed",
        "vllm",
      ],
      [
        "Qwen, in an event of its name",
        `${frames(say("H"))}event:error\ndata:{"code":"Throttling.RateQuota","message":"Requests rate limit exceeded","request_id":"r"}\n\n`,
        "H !rate-limited",
        "qwen",
      ],
      [
        "MiniMax, in its envelope",
        frames({ base_resp: { status_code: 1002, status_msg: "rate limit" } }),
        "!rate-limited",
      ],
      [
        "MiniMax, with choices that are null",
        frames({ choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } }),
        "!quota",
      ],
      [
        "Zhipu, a code as a text",
        frames({ error: { code: "1302", message: "您的账户已达到速率限制" } }),
        "!rate-limited",
        "zai",
      ],
      [
        "one-api, a message and a type",
        frames({
          error: { message: "upstream load saturated", type: "one_api_error", code: "bad_response_status_code" },
        }),
        "!upstream-failed",
      ],
      ["a text as the error", frames({ error: "model overloaded, try again later" }), "!overloaded"],
      ["an error with a status of its own", frames({ status: 503, error: "Service Unavailable" }), "!overloaded"],
      [
        "an error in the message of a document",
        JSON.stringify({ error: { message: "context length exceeded", code: "context_length_exceeded" } }),
        "!context-length",
      ],
      [
        "a document that says it failed",
        JSON.stringify({ success: false, errors: [{ code: 10000, message: "Authentication error" }] }),
        "!authentication",
      ],
      [
        "a page with status 200",
        "<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
        "!invalid-response",
      ],
      ["nothing at all", "", "!invalid-response"],
      ["heartbeats and no end", ": x\n\n: x\n\n", "!invalid-response"],
      ["a marker alone", frames(done), "!truncated"],
      [
        "half an answer, then an error of the gateway in words",
        `${frames(say("H"))}upstream connect error or disconnect/reset before headers`,
        "H !truncated",
      ],
      [
        "JSON in pieces of lines",
        `${frames(say("H"))}data: {"error":\ndata: {"message":"boom","code":"server_error"}}\n\n`,
        "H !upstream-failed",
      ],
    ]),
  )("$name", check(plain));
});
