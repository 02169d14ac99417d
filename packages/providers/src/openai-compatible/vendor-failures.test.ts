import { describe, expect, test } from "vitest";
import { frames } from "../../fixtures/loopback-upstream.ts";
import { plain, choice, say, done, table, outcome } from "../../fixtures/odd-chunks.ts";

// How services and gateways write that they failed besides the way that is documented: nothing is lost, or the failure
// is told as it is.

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
  )("$name", async (answer) => expect(await outcome(answer, plain)).toBe(answer.expected));
});
