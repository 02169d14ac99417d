import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ChatModel, ChatRequest } from "@massgen/core/model";
import { collect, type Collected } from "../../fixtures/collect.ts";
import { frames, sendEvents, sendJson, startUpstream, type Exchange } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";

const hello: ChatRequest = { messages: [{ role: "user", content: "Hello" }] };
const bed = testBed();

function modelAt(baseUrl: string): ChatModel {
  const options = { default_headers: { "x-extra": "extra-secret-1" } };
  return bed.registry.createModel({ type: "gemini", model: "gemini-3-pro", apiKey: "k-123456789", baseUrl, options });
}
async function answerTo(answer: (exchange: Exchange) => unknown, request = hello): Promise<Collected> {
  bed.upstream = await startUpstream(answer);
  return collect(modelAt(bed.upstream.url).stream(request));
}
const say = (text: string, finishReason?: string): object => ({
  candidates: [{ content: { role: "model", parts: [{ text }] }, ...(finishReason !== undefined && { finishReason }) }],
});
const streaming =
  (...payloads: readonly unknown[]) =>
  ({ response }: Exchange): void =>
    sendEvents(response, frames(...payloads));
const unavailable = { error: { code: 503, message: "too busy", status: "UNAVAILABLE" } };

describe("an answer is read whole", () => {
  test.each(["\u2028", "\u2029", "\u0085"])("with a raw %j in an event", async (separator) => {
    const { text } = await answerTo(streaming(say("Hel"), say(`lo${separator}`, "STOP")));
    expect(text).toBe(`Hello${separator}`);
  });
  test("with a finish reason on every chunk", async () => {
    const { text, finish } = await answerTo(streaming(say("one, ", "STOP"), say("two", "STOP")));
    expect([text, finish?.reason]).toEqual(["one, two", "stop"]);
  });
  test.each(["[DONE]", "oops", "null", "[]"])("with %s behind the finish reason", async (end) => {
    const { text, finish } = await answerTo(streaming(say("a", "STOP"), end));
    expect([text, finish?.reason]).toEqual(["a", "stop"]);
  });
  test("with [DONE] at its end, and the connection is used again", async () => {
    bed.upstream = await startUpstream(({ response }) =>
      response
        .writeHead(200, { "content-type": "text/event-stream" })
        .write(frames(say("a", "STOP"), "[DONE]"), () => setImmediate(() => response.end())),
    );
    const model = modelAt(bed.upstream.url);
    for (let call = 0; call < 10; call += 1) expect((await collect(model.stream(hello))).text).toBe("a");
    expect(bed.upstream.connections()).toBeLessThanOrEqual(2);
  });
  test(
    "with [DONE] before a body that never ends: the connection is closed some seconds later",
    {
      timeout: 60_000,
    },
    async () => {
      const { text } = await answerTo(({ response }) =>
        response.writeHead(200, { "content-type": "text/event-stream" }).write(frames(say("a", "STOP"), "[DONE]")),
      );
      expect(text).toBe("a");
      await bed.upstream?.exchanges[0]?.closed;
    },
  );
  test("with an event without data", async () => {
    expect((await answerTo(streaming(say("a"), "", say("b", "STOP")))).text).toBe("ab");
  });
  test("packed by a gateway", async () => {
    const bytes = gzipSync(frames(say("a"), say("b", "STOP")));
    const { text } = await answerTo(({ response }) =>
      response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "gzip" }).end(bytes),
    );
    expect(text).toBe("ab");
  });
  test("whose connection stays open behind the finish reason", async () => {
    const stay = ({ response }: Exchange): unknown =>
      response.writeHead(200, { "content-type": "text/event-stream" }).write(frames(say("a"), say("b", "STOP")));
    const { text, finish } = await answerTo(stay, { ...hello, limits: { idleMs: 40 } });
    expect([text, finish?.reason]).toEqual(["ab", "stop"]);
    await bed.upstream?.exchanges[0]?.closed;
  });
  test("as one JSON list, when something on the way does not know alt=sse", async () => {
    const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
    const list = [say("a"), { ...say("b", "STOP"), usageMetadata }];
    const { text, finish } = await answerTo(({ response }) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list, null, 2)),
    );
    expect(text).toBe("ab");
    expect(finish?.usage).toEqual({ inputTokens: 5, outputTokens: 2, totalTokens: 7 });
  });
  test("as one JSON document", async () => {
    expect((await answerTo(({ response }) => sendJson(response, 200, say("a", "STOP")))).text).toBe("a");
  });
  test("as lists in events", async () => {
    expect((await answerTo(streaming([say("a")], [say("b"), say("c", "STOP")]))).text).toBe("abc");
  });
  test("of no words", async () => {
    const { events } = await answerTo(streaming({ candidates: [] }, { promptFeedback: { blockReason: "SAFETY" } }));
    expect(events).toEqual([{ type: "finish", reason: "content-filter" }]);
  });
});

describe("an answer is an error", () => {
  test.each([
    ["in an event", streaming(say("Hel"), unavailable)],
    ["in a list", streaming(say("Hel"), [unavailable])],
    [
      "in an event of that name",
      ({ response }: Exchange) =>
        sendEvents(response, `${frames(say("Hel"))}event: error\n${frames(unavailable.error)}`),
    ],
    ["in a JSON list behind the text", ({ response }: Exchange) => sendJson(response, 200, [say("Hel"), unavailable])],
  ])("that is reported %s", async (_where, answer) => {
    const { text, error } = await answerTo(answer);
    expect([text, error?.code, error?.status]).toEqual(["Hel", "overloaded", 503]);
    expect(error?.message).toContain("too busy");
  });
  test.each([
    ["a list that breaks off", '[{"candidates":[{"content":{"parts":[{"text":"Hel"}]}}]},\n', "invalid-response"],
    ["a list without a finish reason", JSON.stringify([say("Hel")]), "truncated"],
    ["a list of other things", '[1,"a",null]', "invalid-response"],
    ["a list of other objects", '[{"status":"ok"}]', "invalid-response"],
    ["an event without a finish reason", frames(say("Hel")), "truncated"],
    ["an event that holds no object", frames(say("Hel"), "[7]"), "invalid-response"],
    [
      "arguments that belong nowhere",
      frames({
        candidates: [
          {
            content: { parts: [{ functionCall: { name: "f", partialArgs: [{ jsonPath: "x", stringValue: "y" }] } }] },
            finishReason: "STOP",
          },
        ],
      }),
      "invalid-response",
    ],
  ])("if it is %s", async (_name, body, code) => {
    const { error } = await answerTo(({ response }) => response.writeHead(200).end(body));
    expect(error?.code).toBe(code);
  });
});

test.each([301, 302, 303, 307, 308])("HTTP %i takes key, headers and prompt nowhere else", async (status) => {
  const elsewhere = await startUpstream(streaming(say("inside", "STOP")));
  try {
    const { error } = await answerTo(({ response }) =>
      response.writeHead(status, { location: `${elsewhere.url}/internal` }).end(),
    );
    expect(error?.message).toContain(`redirects to ${elsewhere.url}/internal; give the final one as base_url`);
    expect(elsewhere.connections()).toBe(0);
  } finally {
    await elsewhere.close();
  }
});

test("the key is in a header alone, and no other client's name is sent", async () => {
  await answerTo(streaming(say("a", "STOP")));
  const { path, headers, body } = bed.upstream?.exchanges[0] ?? {};
  expect([path, JSON.stringify(body)].join()).not.toContain("k-123456789");
  expect(headers).toMatchObject({
    "x-goog-api-key": "k-123456789",
    "x-extra": "extra-secret-1",
    "user-agent": "massgen",
  });
  expect(headers).not.toHaveProperty("x-goog-api-client");
});

test("the cause of a failed connection is told", async () => {
  const plain = createServer((socket) => socket.end("no TLS here\r\n")).listen(0, "127.0.0.1");
  await once(plain, "listening");
  const { error } = await collect(modelAt(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`).stream(hello));
  expect(error?.code).toBe("connection");
  expect(error?.message).toContain("it does not speak TLS");
  plain.close();
});

test("a closed registry makes no connection", async () => {
  bed.upstream = await startUpstream(streaming(say("a", "STOP")));
  const model = modelAt(bed.upstream.url);
  await bed.registry.close();
  expect((await collect(model.stream(hello))).error?.message).toContain("the registry was closed");
  expect(bed.upstream.connections()).toBe(0);
});
