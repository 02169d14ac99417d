import { describe, expect, it } from "vitest";
import { excessOf } from "./growth.ts";
import type { Frame, Reader } from "./reader.ts";
import { readers } from "./readers/index.ts";
import { units } from "./units.ts";

const alone: readonly Frame[] = [["", ""]];

/** Every case of a reader that costs too much, as a line each. */
async function excesses(reader: Reader): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [name, unit] of units) {
    for (const frame of reader.frames ?? alone) {
      for (const inPieces of reader.inPieces === true ? [false, true] : [false]) {
        const excess = await excessOf({ reader, frame, unit, inPieces });
        if (excess === undefined) continue;
        const { short, long, ratio } = excess;
        const place = frame.map((text) => JSON.stringify(text)).join(" ... ");
        const costs = [short, long].map(({ characters, ms }) => `${characters} characters ${ms.toFixed(1)} ms`);
        lines.push(
          `${name}${inPieces ? " in pieces" : ""}, between ${place}: ${costs.join(", ")} (${ratio.toFixed(0)} times)`,
        );
      }
    }
    // One says what is wrong; the others would take their time.
    if (lines.length > 0) return lines;
  }
  return lines;
}

describe("what ten times as much foreign text costs is at most fifteen times as much", () => {
  it.each(readers.map((reader) => [reader.name, reader] as const))("%s", async (_, reader) => {
    expect(await excesses(reader)).toEqual([]);
  });
});

it("there are enough ways to be hostile", () => {
  expect(units.size).toBeGreaterThanOrEqual(60);
  expect(new Set(readers.map(({ name }) => name)).size).toBe(readers.length);
});

const quadratic: Reader = { name: "quadratic", read: ([text = ""]) => /b+c/.test(text.replaceAll("a", "b")) };
const inPieces: Reader = {
  name: "looks through all that it holds for each piece",
  inPieces: true,
  read(pieces) {
    let held = "";
    for (const piece of pieces) {
      held += piece;
      held.includes("?");
    }
  },
};

it.each([
  [quadratic, false],
  [inPieces, true],
] as const)("finds a reader whose cost grows too fast: %o", async (reader, pieces) => {
  const frame = ["", ""] as const;
  expect(await excessOf({ reader, frame, unit: "a", inPieces: pieces }, 100_000)).toMatchObject({
    ratio: expect.any(Number),
  });
});

it("lets a linear one pass", async () => {
  const reader: Reader = {
    name: "linear",
    inPieces: true,
    read: (pieces) => pieces.map((piece) => JSON.stringify(piece)),
  };
  expect(await excessOf({ reader, frame: ["", ""], unit: '"', inPieces: true })).toBeUndefined();
});
