import { once } from "node:events";
import { expect, test } from "vitest";
import { startUpstream } from "../../fixtures/loopback-upstream.ts";
import { testBed } from "../../fixtures/test-bed.ts";
import { mostHeld, OversizedAnswer } from "../wire/oversized-answer.ts";
import { boundedReadAhead } from "./read-ahead.ts";

async function* chunksOf(...chunks: readonly unknown[]): AsyncGenerator {
  yield* chunks;
}
/** All promises that can settle without anybody's doing have settled. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("chunks come in order, read ahead or waited for, and then the end", async () => {
  const later = Promise.withResolvers<void>();
  async function* source(): AsyncGenerator {
    yield* chunksOf(1, 2);
    await later.promise;
    yield 3;
  }
  const chunks = boundedReadAhead(source(), () => expect.fail("nothing is too much"));
  await settled();
  expect([await chunks.next(), await chunks.next()]).toEqual([1, 2].map((value) => ({ done: false, value })));
  const third = chunks.next();
  later.resolve();
  expect(await third).toEqual({ done: false, value: 3 });
  expect([await chunks.next(), await chunks.next()]).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ]);
});

test("an error comes after the chunks before it", async () => {
  async function* source(): AsyncGenerator {
    yield 1;
    throw new Error("broke");
  }
  const chunks = boundedReadAhead(source(), () => expect.fail("nothing is too much"));
  await settled();
  expect((await chunks.next()).value).toBe(1);
  await expect(chunks.next()).rejects.toThrow("broke");
});

test("what was taken does not count", async () => {
  const text = "x".repeat(mostHeld / 2);
  const chunks = boundedReadAhead(chunksOf(text, text, text), () => expect.fail("one waits at a time"));
  for (let i = 0; i < 3; i += 1) expect((await chunks.next()).done).toBe(false);
  expect((await chunks.next()).done).toBe(true);
});

test("more than may wait stops the reading at once, and the reader hears of it", async () => {
  let [read, stopped] = [0, 0];
  async function* source(): AsyncGenerator {
    for (;;) {
      read += 1;
      yield "x".repeat(mostHeld / 2);
    }
  }
  const chunks = boundedReadAhead(source(), () => (stopped += 1));
  await settled();
  expect([read, stopped]).toEqual([2, 1]);
  await expect(chunks.next()).rejects.toThrow(OversizedAnswer);
});

const bed = testBed();

test("a service that sends more than its reader takes loses the connection, and the call says why", async () => {
  const closed = Promise.withResolvers<void>();
  const text = "x".repeat(1024 * 1024);
  const chunk = `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }] } }] })}\r\n\r\n`;
  bed.upstream = await startUpstream(async ({ response }) => {
    response.once("close", closed.resolve);
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let sent = 0; sent < 500 && !response.destroyed; sent += 1) {
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), closed.promise]);
    }
  });
  const model = bed.registry.createModel({
    type: "gemini",
    model: "m",
    apiKey: "k-12345",
    baseUrl: bed.upstream.url,
    options: {},
  });
  const events = model.stream({ messages: [{ role: "user", content: "Hi" }] })[Symbol.asyncIterator]();
  expect((await events.next()).value).toMatchObject({ type: "text-delta" });
  await closed.promise;
  await expect(events.next()).rejects.toMatchObject({
    code: "invalid-response",
    message: `gemini m: the answer holds more than ${mostHeld} characters that wait for their reader`,
  });
});
