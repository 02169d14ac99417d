import { describe, expect, test } from "vitest";
import { frames } from "../../fixtures/loopback-upstream.ts";
import { plain, choice, say, stop, usage, done, table, outcome } from "../../fixtures/odd-chunks.ts";

// How services and gateways write their answers besides the way that is documented: nothing is lost, or the failure is
// told as it is.

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
        "Hi stop",
      ],
      ["chunks as a list", JSON.stringify([say("H"), say("i"), stop, usage], null, 1), "Hi stop 7"],
      ["chunks as lines", [say("H"), say("i"), stop, usage].map((one) => JSON.stringify(one)).join("\n"), "Hi stop 7"],
      ["lines with a marker", `${JSON.stringify(say("Hi"))}\n${JSON.stringify(stop)}\n[DONE]\n`, "Hi stop"],
      ["lines that break off", `${JSON.stringify(say("H"))}\n{"choices":[{"del`, "H !truncated"],
      ["a list of errors", JSON.stringify([{ error: { message: "m", code: 503 } }]), "!overloaded"],
      [
        "a document in an envelope",
        JSON.stringify({ data: { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] }, success: true }),
        "!invalid-response",
      ],
    ]),
  )("$name", async (answer) => expect(await outcome(answer, plain)).toBe(answer.expected));
});
