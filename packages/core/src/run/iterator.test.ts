import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createTeam } from "../team.ts";
import type { ChatModel } from "../model/chat-model.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import type { Run } from "./run.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;
const never = new Promise<void>(() => {});

const runOf = (model: ChatModel): Run => createTeam({ agents: [{ id: "a", model }] }).run({ messages });
const answering = (): Run => runOf(scriptedModel(() => ({ pieces: ["yes", ", ", "it ", "is"] })));
const hanging = (): Run => runOf(scriptedModel(() => ({ text: "late", after: never })));

async function typesOf(run: Run): Promise<string[]> {
  const types: string[] = [];
  for await (const event of run) types.push(event.type);
  return types;
}

describe("several next() at once", () => {
  it("are answered in order, and those beyond the end with done", async () => {
    const expected = await typesOf(answering());
    const events = answering()[Symbol.asyncIterator]();
    const results = await Promise.all(Array.from({ length: expected.length + 5 }, () => events.next()));
    expect(results.flatMap(({ done, value }) => (done ? [] : [value.type]))).toEqual(expected);
    expect(results.slice(-5)).toEqual(Array.from({ length: 5 }, () => ({ done: true, value: undefined })));
  });

  it("mix with one at a time, in any order", async () => {
    const expected = await typesOf(answering());
    for (let size = 1; size <= expected.length; size += 1) {
      const events = answering()[Symbol.asyncIterator]();
      const seen: string[] = [];
      for (let ended = false; !ended;) {
        for (const result of await Promise.all(Array.from({ length: size }, () => events.next()))) {
          if (result.done) ended = true;
          else seen.push(result.value.type);
        }
      }
      expect(seen).toEqual(expected);
    }
  });

  it("that ask ahead do not hold the model back; one at a time does", async () => {
    const read = { ahead: 0, behind: 0 };
    const counting = (name: keyof typeof read): ChatModel => ({
      contract: 1,
      model: "m",
      stream: async function* () {
        for (; read[name] < 100; read[name]++) yield { type: "text-delta", text: "x" };
        yield { type: "finish", reason: "stop" };
      },
    });
    const ahead = runOf(counting("ahead"))[Symbol.asyncIterator]();
    await Promise.all(Array.from({ length: 20 }, () => ahead.next()));
    expect(read.ahead).toBeGreaterThanOrEqual(16);
    expect(read.ahead).toBeLessThanOrEqual(20);
    const behind = runOf(counting("behind"))[Symbol.asyncIterator]();
    while ((await behind.next()).value?.type !== "content-delta");
    expect(read.behind).toBe(0);
    await Promise.all([ahead.return?.(), behind.return?.()]);
  });
});

describe("return() and throw()", () => {
  it("settle what is pending and cancel the run", async () => {
    const run = hanging();
    const events = run[Symbol.asyncIterator]();
    const pending = Promise.all(Array.from({ length: 9 }, () => events.next()));
    expect(await events.return?.()).toEqual({ done: true, value: undefined });
    expect((await pending).filter(({ done }) => done === true).length).toBeGreaterThan(3);
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(await events.return?.()).toEqual({ done: true, value: undefined });
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
  });

  it("throw() gives the error back to its caller", async () => {
    const run = hanging();
    const events = run[Symbol.asyncIterator]();
    await events.next();
    const mistake = new Error("mine");
    await expect(events.throw?.(mistake)).rejects.toBe(mistake);
    expect(await events.next()).toEqual({ done: true, value: undefined });
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
  });

  it("after the end change nothing", async () => {
    const run = answering();
    const events = run[Symbol.asyncIterator]();
    while (!(await events.next()).done);
    await events.return?.();
    await expect(events.throw?.(new Error("mine"))).rejects.toThrow("mine");
    expect((await run.answer()).text).toBe("yes, it is");
  });

  it("before the first next() cancel as well", async () => {
    const run = hanging();
    await run[Symbol.asyncIterator]().return?.();
    await expect(run.answer()).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("looking at a run", () => {
  it("has no effect: its text still waits for a reader", async () => {
    const expected = await typesOf(answering());
    const run = answering();
    const copy = { ...run };
    expect(JSON.parse(JSON.stringify(run))).toEqual({ id: run.id });
    inspect(run, { getters: true, showHidden: true, depth: null });
    for (const key of Reflect.ownKeys(run)) Reflect.get(run, key);
    Object.entries(run);
    // Long enough for the text to come up.
    for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
    expect(await typesOf(copy)).toEqual(expected);
    expect((await run.answer()).text).toBe("yes, it is");
  });

  it("is all that a destructured method needs", async () => {
    const { answer } = answering();
    expect((await answer()).text).toBe("yes, it is");
  });
});
