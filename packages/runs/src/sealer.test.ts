import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSealer } from "./sealer.ts";

const key = randomBytes(32).toString("base64");
const other = randomBytes(32).toString("base64");

test("what is sealed is read in its place with its key alone", () => {
  const sealer = createSealer([key]);
  const bytes = sealer.seal("Grüße 👋", "head of run_1");
  expect(Buffer.from(bytes).includes("Gr")).toBe(false);
  expect(sealer.open(bytes, "head of run_1")).toBe("Grüße 👋");
  expect(() => sealer.open(bytes, "head of run_2")).toThrow(/head of run_2 was changed/);
  expect(() => createSealer([other]).open(bytes, "head of run_1")).toThrow(/none of store_keys is that key/);
  expect(() => createSealer([]).open(bytes, "head of run_1")).toThrow(/store_keys is empty/);
});

test("the first key seals, and all open", () => {
  const old = createSealer([key]).seal("old", "p");
  const both = createSealer([other, key]);
  expect(both.open(old, "p")).toBe("old");
  expect(createSealer([other]).open(both.seal("new", "p"), "p")).toBe("new");
});

test("without a key a text stays as it is, and can be read once there is one", () => {
  const plain = createSealer([]).seal("open", "p");
  expect(Buffer.from(plain).toString("utf8", 1)).toBe("open");
  expect(createSealer([key]).open(plain, "p")).toBe("open");
});

test("the same text is never sealed alike", () => {
  const sealer = createSealer([key]);
  expect(sealer.seal("x", "p")).not.toEqual(sealer.seal("x", "p"));
});

test("changed and cut bytes are no text", () => {
  const sealer = createSealer([key]);
  const bytes = sealer.seal("some text", "p");
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
    // The first byte of them says that nothing is sealed.
    if (at > 0) expect(() => sealer.open(changed, "p")).toThrow();
    expect(() => sealer.open(bytes.subarray(0, at), "p")).toThrow();
  }
});

describe("a key that is none is named by its place, and not repeated", () => {
  test.each(["", "short", randomBytes(31).toString("base64"), randomBytes(33).toString("base64"), "ü".repeat(32)])(
    "%j",
    (text) => {
      expect(() => createSealer([key, text])).toThrow(/^store_keys\[1\] must be 32 bytes in base64/);
      if (text.length > 5) expect(() => createSealer([text])).not.toThrow(text);
    },
  );
});
