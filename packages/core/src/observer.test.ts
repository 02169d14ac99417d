import { once } from "node:events";
import { expect, it } from "vitest";
import { guardObserver } from "./observer.ts";
import { describeThrown } from "./thrown.ts";

const trap = new Proxy(
  {},
  {
    get() {
      throw new Error("trap");
    },
    getPrototypeOf() {
      throw new Error("trap");
    },
  },
);
const mute = Object.defineProperty(new Error("x"), "message", {
  get() {
    throw new Error("trap");
  },
});

it("passes everything on, and tells what goes wrong", async () => {
  const told: unknown[] = [];
  const failed = (name: string, error: unknown): void => void told.push([name, error]);
  const seen: unknown[] = [];
  const well = guardObserver("observe", (a: number, b: string) => void seen.push([a, b]), failed);
  well(1, "x");
  expect([seen, told]).toEqual([[[1, "x"]], []]);
  const error = new Error("disk full");
  guardObserver(
    "log",
    () => {
      throw error;
    },
    failed,
  )();
  guardObserver("observe", () => Promise.reject(error), failed)();
  guardObserver("observe", () => trap, failed)();
  await new Promise(setImmediate);
  expect(told).toEqual([
    ["log", error],
    ["observe", error],
    ["observe", expect.objectContaining({ message: "trap" })],
  ]);
});

it("survives those that are told as well, and none at all", () => {
  const broken = (): never => {
    throw new Error("broken");
  };
  expect(() => guardObserver("observe", broken, broken)()).not.toThrow();
  expect(() => guardObserver("observe", undefined, broken)()).not.toThrow();
});

it("warns once where nobody is told", async () => {
  const warning = once(process, "warning");
  let warnings = 0;
  const count = (): void => void (warnings += 1);
  process.on("warning", count);
  const failing = guardObserver("record", () => {
    throw mute;
  });
  failing();
  failing();
  expect((await warning)[0]).toMatchObject({
    code: "MASSGEN_OBSERVER",
    message: "record failed, and may fail again: an error that cannot be read",
  });
  await new Promise(setImmediate);
  process.off("warning", count);
  expect(warnings).toBe(1);
});

it.each([
  [new TypeError("x"), { message: "x", stack: expect.stringContaining("TypeError") }],
  ["text", { message: "text" }],
  [undefined, { message: "undefined" }],
  [null, { message: "null" }],
  [Object.create(null), { message: "an error that cannot be read" }],
  [Symbol("x"), { message: "Symbol(x)" }],
  [Object.assign(new Error("x"), { message: { a: 1 }, stack: 5 }), { message: "[object Object]" }],
  ["x".repeat(1_000_000), { message: "x".repeat(2_000) }],
])("a thrown value is described: %o", (value, described) => expect(describeThrown(value)).toEqual(described));

it("even one that cannot be looked at is described", () => {
  for (const value of [trap, mute]) expect(describeThrown(value)).toEqual({ message: "an error that cannot be read" });
});
