import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPrompt } from "./prompt.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

function opened() {
  const input = new PassThrough();
  const streams = [input, new PassThrough()] as unknown as [NodeJS.ReadStream, NodeJS.WriteStream];
  return { input, prompt: createPrompt(...streams, { mark: "> ", leaveHint: "leave" }) };
}

/** Lets the reader take what was written to it, and then some time pass. */
async function pass(ms: number): Promise<void> {
  await new Promise(setImmediate);
  await vi.advanceTimersByTimeAsync(ms);
}

it("lines that come together are one question, later ones another", async () => {
  const { input, prompt } = opened();
  const first = prompt.ask();
  input.write("one\ntwo\n");
  await pass(20);
  input.write("three\n");
  await pass(1000);
  expect(await first).toBe("one\ntwo\nthree");
  const second = prompt.ask();
  input.write("four\n");
  await pass(1000);
  expect(await second).toBe("four");
});

it("leaving ends the prompt without a line", async () => {
  const { input, prompt } = opened();
  const asked = prompt.ask();
  input.end();
  expect(await asked).toBeUndefined();
});
