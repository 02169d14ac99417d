// What a host application brings along may break in any way; its clients and its process go on.
import type { Run, RunEvent } from "@massgen/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Engine, ServerOptions } from "../src/index.ts";
import { chunksOf, hello, joined, post, start, type TestServer } from "./client.ts";
import { answered, onlyIterated, scriptedEngine } from "./scripted-run.ts";

let server: TestServer | undefined;
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
beforeEach(() => {
  uncaught.length = 0;
  process.on("uncaughtException", note).on("unhandledRejection", note);
});
afterEach(async () => {
  await server?.running.close({ timeoutMs: 1000 });
  server = undefined;
  await new Promise(setImmediate);
  process.off("uncaughtException", note).off("unhandledRejection", note);
  if (uncaught.length > 0) throw new AggregateError(uncaught, "Nobody caught these.");
});

const broken = (): never => {
  throw new Error("the disk is full");
};
const rejecting = (): Promise<never> => Promise.reject(new Error("the disk is full"));

describe("observers that fail", () => {
  test.each([
    ["throw", broken],
    ["reject", rejecting],
  ])("and %s break no run, and are told of", async (_how, fail) => {
    const failures: string[] = [];
    const observerFailed: ServerOptions["observerFailed"] = (name, error) =>
      void failures.push(`${name}: ${(error as Error).message}`);
    const engine = scriptedEngine();
    server = await start({ engine, options: { begun: fail, observe: fail, log: fail, observerFailed } });
    const [stream, whole] = [post(server.url, { ...hello, stream: true }), post(server.url, hello)];
    (await engine.nextRun()).reply("Hi");
    (await engine.nextRun()).reply("Hi");
    expect(joined(chunksOf(await (await stream).text()), "content")).toBe("Hi");
    expect(await (await whole).json()).toMatchObject({ choices: [{ message: { content: "Hi" } }] });
    await server.running.close({ timeoutMs: 1000 });
    // Three events of each run, two requests.
    expect(failures.toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => "begun: the disk is full"),
      ...Array.from({ length: 2 }, () => "log: the disk is full"),
      ...Array.from({ length: 6 }, () => "observe: the disk is full"),
    ]);
    expect(server.admission.inFlight).toBe(0);
  });

  test("even when whoever is told of it fails too", async () => {
    const engine = scriptedEngine();
    server = await start({ engine, options: { observe: broken, log: rejecting, observerFailed: broken } });
    const whole = post(server.url, hello);
    (await engine.nextRun()).reply("Hi");
    expect((await whole).status).toBe(200);
  });
});

/** Everything about it throws. */
const trap: unknown = new Proxy(new Error("trap"), {
  get: broken,
  has: broken,
  getPrototypeOf: broken,
  getOwnPropertyDescriptor: broken,
  ownKeys: broken,
});

describe("an engine that breaks", () => {
  const rejects = (error: unknown): Partial<Engine> => ({
    start: async () => {
      // oxlint-disable-next-line no-throw-literal -- what a careless host does
      throw error;
    },
  });
  test.each<[string, Partial<Engine>]>([
    ["rejects with an error", rejects(new Error("secret detail"))],
    ["rejects with nothing", rejects(undefined)],
    ["rejects with null", rejects(null)],
    ["rejects with what cannot be looked at", rejects(trap)],
    ["rejects with an object of no kind", rejects(Object.create(null))],
    ["throws at once", { start: broken }],
    ["starts nothing", { start: () => Promise.resolve(undefined as never) }],
  ])("%s: 500 without a word of it", async (_what, engine) => {
    const log: unknown[] = [];
    server = await start({ engine: scriptedEngine(engine), options: { log: (entry) => log.push(entry.error) } });
    for (const stream of [true, false]) {
      const response = await post(server.url, { ...hello, stream });
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ error: { type: "server_error", code: "internal_error" } });
      expect(text).not.toMatch(/secret|disk|trap/);
    }
    expect(server.admission.inFlight).toBe(0);
    await server.running.close({ timeoutMs: 1000 });
    expect(log).toEqual(Array.from({ length: 2 }, () => expect.objectContaining({ code: "internal_error" })));
  });

  test.each(["models", "ready"] as const)("%s() that throws is that request's failure", async (name) => {
    server = await start({ engine: scriptedEngine({ [name]: broken }) });
    const { status } = await fetch(server.url + (name === "models" ? "/v1/models" : "/ready"));
    expect(status).toBe(500);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test.each([true, false])("a run whose id is no header's value is ended, streamed %s", async (stream) => {
    let cancelled = false;
    const run = (): Run => ({ id: "r\n1", ...onlyIterated, async *[Symbol.asyncIterator]() {} });
    const engine = scriptedEngine({
      run({ signal }) {
        signal?.addEventListener("abort", () => (cancelled = true));
        return run();
      },
    });
    server = await start({ engine });
    expect((await post(server.url, { ...hello, stream })).status).toBe(500);
    expect([cancelled, server.admission.inFlight]).toEqual([true, 0]);
  });

  test("a run whose reader cannot be dismissed has ended all the same, once", async () => {
    const events: RunEvent[] = [
      { type: "content-delta", text: "Hi", atMs: 0 },
      { type: "run-finished", result: answered("Hi"), atMs: 0, seq: 1 },
    ];
    const run = (): Run => ({
      id: "r",
      ...onlyIterated,
      [Symbol.asyncIterator]: () => ({
        next: () => {
          const value = events.shift();
          return value === undefined ? rejecting() : Promise.resolve({ done: false, value });
        },
        return: rejecting,
      }),
    });
    server = await start({ engine: scriptedEngine({ run }) });
    const text = await (await post(server.url, { ...hello, stream: true })).text();
    expect(joined(chunksOf(text), "content")).toBe("Hi");
    expect(text).not.toContain('"error"');
  });
});
