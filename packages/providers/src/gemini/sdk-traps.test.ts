import { getEventListeners } from "node:events";
import { describe, expect, test, vi } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect } from "../../fixtures/collect.ts";
import { sendEvents, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

// What @google/generative-ai does by itself, one test for each; the test bed fails a test that leaves a rejection unhandled.

const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const bed = testBed();

async function modelOn(answer: (exchange: Exchange) => unknown): Promise<ChatModel> {
  bed.upstream = await startUpstream(answer);
  const baseUrl = bed.upstream.url;
  return bed.registry.createModel({ type: "gemini", model: "gemini-3-pro", apiKey: "k-12345", baseUrl, options: {} });
}
const frames = (...chunks: readonly unknown[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join("");
const parts = (list: readonly object[], finishReason?: string): object => ({
  candidates: [{ content: { parts: list }, ...(finishReason !== undefined && { finishReason }) }],
});
const answering =
  (...chunks: readonly unknown[]) =>
  ({ response }: Exchange): void =>
    sendEvents(response, frames(...chunks));
/** Begins an answer and leaves it open. */
function begin({ response }: Exchange): void {
  response.writeHead(200, { "content-type": "text/event-stream" }).write(frames(parts([{ text: "Hel" }])));
}

describe("signals", () => {
  test("one that is aborted already is ignored, and the request made: here nothing is sent", async () => {
    const model = await modelOn(answering(parts([{ text: "a" }], "STOP")));
    const { error } = await collect(model.stream({ ...hello, signal: AbortSignal.abort() }));
    expect([error?.code, bed.upstream?.exchanges.length]).toEqual(["aborted", 0]);
  });
  test("an abort in the middle is called an error of the stream: here it is an abort", async () => {
    const controller = new AbortController();
    const model = await modelOn(begin);
    const iterator = model.stream({ ...hello, signal: controller.signal })[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next();
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: "aborted" });
    await bed.upstream?.exchanges[0]?.closed;
  });
  test("every request leaves a listener behind: here none", async () => {
    const { signal } = new AbortController();
    const model = await modelOn(answering(parts([{ text: "a" }], "STOP")));
    for (let asked = 0; asked < 5; asked += 1) await collect(model.stream({ ...hello, signal }));
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
  test("break leaves the request running: here it closes it", async () => {
    const model = await modelOn(begin);
    for await (const _ of model.stream(hello)) break;
    await bed.upstream?.exchanges[0]?.closed;
  });
});

test("a broken stream rejects an aggregate that nobody reads, which would end the process", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  const model = await modelOn((exchange) => {
    begin(exchange);
    setImmediate(() => exchange.response.destroy());
  });
  expect((await collect(model.stream(hello))).error?.code).toBe("connection");
  await new Promise(setImmediate);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

test("with `timeout` the SDK sets a timer that outlives the call: it is never given one", async () => {
  const model = await modelOn(answering(parts([{ text: "a" }], "STOP")));
  const timers = vi.spyOn(globalThis, "setTimeout");
  try {
    await collect(model.stream(hello));
    // Only the short wait for the end of the body is timed where the request sets no limits.
    expect(timers.mock.calls.map(([, ms]) => ms ?? 0).filter((ms) => ms > 5000)).toEqual([]);
  } finally {
    timers.mockRestore();
  }
});

describe("what it takes for an answer", () => {
  test("an error inside the stream", async () => {
    const model = await modelOn(
      answering(parts([{ text: "Hel" }]), { error: { code: 503, message: "overloaded", status: "UNAVAILABLE" } }),
    );
    const { text, error } = await collect(model.stream(hello));
    expect([text, error?.code]).toEqual(["Hel", "overloaded"]);
  });
  test("an end without a finish reason", async () => {
    const model = await modelOn(answering(parts([{ text: "Hel" }])));
    expect((await collect(model.stream(hello))).error?.code).toBe("truncated");
  });
  test.each(["\u2028", "\u2029"])(
    "nothing of an event that holds a raw %j: here it is cut, and no answer",
    async (separator) => {
      const model = await modelOn(answering(parts([{ text: "Hel" }]), parts([{ text: `lo${separator}` }], "STOP")));
      const { text, error } = await collect(model.stream(hello));
      expect([text, error?.code]).toEqual(["Hel", "truncated"]);
    },
  );
  test.each(["\u2028", "\u2029"])("an event that holds %j escaped, as any other", async (separator) => {
    const escaped = JSON.stringify(parts([{ text: "a|b" }], "STOP")).replace(
      "|",
      `\\u${separator.charCodeAt(0).toString(16)}`,
    );
    const model = await modelOn(({ response }) => sendEvents(response, `data: ${escaped}\r\n\r\n`));
    const { text, error } = await collect(model.stream(hello));
    expect([text, error]).toEqual([`a${separator}b`, undefined]);
  });
  test("an empty 200", async () => {
    const model = await modelOn(({ response }) => response.writeHead(200).end());
    expect((await collect(model.stream(hello))).error?.code).toBe("invalid-response");
  });
  test.each(["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "SOMETHING_NEW"])(
    "a stop for %s, which is no good end",
    async (reason) => {
      const model = await modelOn(answering(parts([{ text: "Hel" }], reason)));
      expect((await collect(model.stream(hello))).events.at(-1)).toEqual({ type: "finish", reason: "other" });
    },
  );
  test.each(["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "SOMETHING_NEW"])(
    "a prompt blocked for %s",
    async (blockReason) => {
      const model = await modelOn(answering({ promptFeedback: { blockReason } }));
      expect((await collect(model.stream(hello))).events).toEqual([{ type: "finish", reason: "content-filter" }]);
    },
  );
});

describe("parts", () => {
  test(".text() mixes thoughts into the answer: here they are reasoning", async () => {
    const model = await modelOn(answering(parts([{ text: "hm", thought: true }, { text: "42" }], "STOP")));
    const { text, reasoning } = await collect(model.stream(hello));
    expect([text, reasoning]).toEqual(["42", "hm"]);
  });
  test("the aggregate loses signatures: here a call's is kept as it came, beside others on empty texts", async () => {
    const calls = [
      { functionCall: { name: "f", args: {} }, thoughtSignature: "first==" },
      { functionCall: { name: "g", args: {} } },
      { text: "", thoughtSignature: "other==" },
    ];
    const model = await modelOn(answering(parts(calls), parts([{ text: "" }], "STOP")));
    const { events, text } = await collect(model.stream(hello));
    const opaques = events.flatMap((event) => (event.type === "tool-call" ? [event.opaque] : []));
    expect(opaques).toMatchObject([{ thoughtSignature: "first==" }, {}]);
    expect(opaques[1]).not.toHaveProperty("thoughtSignature");
    expect(text).toBe("");
  });
  test("arguments in pieces are put together, also when nothing says that the last piece came", async () => {
    const piece = (stringValue: string): object => ({
      partialArgs: [{ jsonPath: "$.a", stringValue }],
      willContinue: true,
    });
    const model = await modelOn(
      answering(
        parts([{ functionCall: { name: "f", willContinue: true } }]),
        parts([{ functionCall: piece("x") }]),
        parts([{ functionCall: piece("y") }], "STOP"),
      ),
    );
    expect((await collect(model.stream(hello))).events).toMatchObject([
      { type: "tool-call", name: "f", arguments: '{"a":"xy"}' },
      { reason: "tool-calls" },
    ]);
  });
});

test.each<[string, string, string]>([
  ["in a list", JSON.stringify([{ error: { code: 429, message: "slow down" } }]), "application/json"],
  ["as a web page", "<html><title>Too many</title></html>", "text/html"],
])("an error %s has no message in the SDK: its status says enough", async (_name, body, kind) => {
  const model = await modelOn(({ response }) => response.writeHead(429, { "content-type": kind }).end(body));
  const { error } = await collect(model.stream(hello));
  expect([error?.code, error?.status]).toEqual(["rate-limited", 429]);
  expect(error?.message).not.toMatch(/<html|GoogleGenerativeAI/);
});
