import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MassgenError } from "@massgen/core/model";
import { createBodyReader, mostRead, type BodyReader } from "./body-reader.ts";
import { sourceOf } from "./http-answer.ts";
import { createCallGuard, type CallGuard } from "./call-guard.ts";
import { tailMs } from "./waiting.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Source {
  readonly pull?: (controller: ReadableStreamDefaultController<Uint8Array>) => void;
}
function reading(source: Source): { body: BodyReader; guard: CallGuard } {
  const guard = createCallGuard("x");
  const broken = (cause: unknown): MassgenError => new MassgenError("connection", "broken", { cause });
  return { guard, body: createBodyReader(sourceOf(new ReadableStream(source)), guard, broken) };
}
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

test("characters cut in two are whole again, cut ones at the end are marked", async () => {
  const pieces = [bytes(0xc3), bytes(0xbc, 0xe2), bytes()];
  const { body } = reading({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  expect([await body.read("answer"), await body.read("answer"), await body.read("answer")]).toEqual(["", "ü", ""]);
  expect(await body.read("answer")).toBe("\uFFFD");
  expect(await body.read("answer")).toBeUndefined();
});

test("a broken connection is an error, after the terminal marker it is the end", async () => {
  const breaks = (controller: ReadableStreamDefaultController<Uint8Array>): void =>
    controller.error(new Error("reset"));
  await expect(reading({ pull: breaks }).body.read("answer")).rejects.toMatchObject({ code: "connection" });
  expect(await reading({ pull: breaks }).body.read("settling")).toBeUndefined();
  expect(await reading({ pull: breaks }).body.read("tail")).toBeUndefined();
});

test("a body without end is given up once too much of it was read, whatever it holds", async () => {
  const piece = new Uint8Array(16 * 1024 * 1024);
  const { body } = reading({ pull: (controller) => controller.enqueue(piece) });
  for (let read = 0; read < mostRead; read += piece.length) await body.read("answer");
  await expect(body.read("answer")).rejects.toThrow(/^536870912 bytes$/);
});

test("after the terminal marker an upstream that stays silent is let go", async () => {
  const { body, guard } = reading({});
  const end = body.read("tail");
  await vi.advanceTimersByTimeAsync(tailMs);
  expect(await end).toBeUndefined();
  expect(guard.signal.aborted).toBe(true);
});

test("draining reads to the end and keeps the connection", async () => {
  let pulls = 0;
  const { body, guard } = reading({
    pull(controller) {
      pulls += 1;
      if (pulls > 5) controller.close();
      else controller.enqueue(bytes(1));
    },
  });
  body.drain();
  await vi.runAllTimersAsync();
  expect(pulls).toBe(6);
  expect(guard.signal.aborted).toBe(false);
  expect(await body.read("answer")).toBeUndefined();
});

test("draining an upstream that never ends closes the connection", async () => {
  const { body, guard } = reading({});
  body.drain();
  await vi.advanceTimersByTimeAsync(tailMs - 1);
  expect(guard.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(guard.signal.aborted).toBe(true);
});

test("only the middle of an answer may be read late", async () => {
  const allowed: (number | undefined)[] = [];
  const source = {
    read: async (gatherMs?: number) => (allowed.push(gatherMs), bytes(0x61)),
    cancel: () => undefined,
  };
  const body = createBodyReader(
    source,
    createCallGuard("x", {}, undefined, 100),
    () => new MassgenError("connection", "x"),
  );
  for (const awaited of ["answer", "answer", "settling", "tail"] as const) await body.read(awaited);
  expect(allowed).toEqual([0, 100, 0, 0]);
});
