// Hostile texts for every reader: a few for each here, a sample in CI (MASSGEN_TESTS=all), and all of them, which take
// twenty minutes of CPU, in `npm run check:long`.
import { describe, expect, it } from "vitest";
import { casesOf, excessOf } from "./growth.ts";
import type { Reader } from "./reader.ts";
import { readers } from "./readers/index.ts";

const sizes = { sample: "few", all: "sample", long: "all" } as const;
const size = (process.env["MASSGEN_TESTS"] ?? "sample") as keyof typeof sizes;
const which = sizes[size];
const told = { few: "a few texts; a sample in CI", sample: "a sample of the texts", all: "all texts" }[which];

/** The first case of a reader that costs too much, in words: the others would take their time to say the same. */
async function excessIn(reader: Reader): Promise<string | undefined> {
  for (const hostile of casesOf(reader, which)) {
    const excess = await excessOf(hostile);
    if (excess === undefined) continue;
    const costs = [excess.short, excess.long].map(
      ({ characters, ms }) => `${characters} characters ${ms.toFixed(1)} ms`,
    );
    return `${hostile.name}: ${costs.join(", ")} (${excess.ratio.toFixed(0)} times)`;
  }
  return undefined;
}

describe(`what ten times as much foreign text costs is at most fifteen times as much (${told})`, () => {
  it.each(readers.map((reader) => [reader.name, reader] as const))("%s", async (_, reader) => {
    expect(await excessIn(reader)).toBeUndefined();
  });
});

it("there are enough ways to be hostile", () => {
  for (const reader of readers) {
    const read = new Set(casesOf(reader, "sample").map(({ unit }) => unit));
    expect(read.size).toBeGreaterThanOrEqual(60);
  }
  const few = readers.flatMap((reader) => casesOf(reader, "few").map(({ unit }) => unit));
  expect(new Set(few).size).toBeGreaterThan(50);
  expect(new Set(readers.map(({ name }) => name)).size).toBe(readers.length);
});

const quadratic: Reader = { name: "quadratic", read: ([text = ""]) => /b+c/.test(text.replaceAll("a", "b")) };
const inPieces: Reader = {
  name: "reads all that it holds for each piece",
  inPieces: true,
  read(pieces) {
    let held = "";
    for (const piece of pieces) {
      held += piece;
      JSON.stringify([held, held]);
    }
  },
};

it.each([
  [quadratic.name, quadratic, false, 20_000],
  [inPieces.name, inPieces, true, 100_000],
] as const)("finds a reader whose cost grows too fast: %s", async (_, reader, pieces, characters) => {
  const hostile = casesOf(reader).find(({ unit, inPieces: cut }) => unit === "a" && cut === pieces);
  expect(hostile && (await excessOf(hostile, characters))).toMatchObject({
    ratio: expect.any(Number),
  });
});

it("lets a linear one pass", async () => {
  const reader: Reader = {
    name: "linear",
    inPieces: true,
    read: (pieces) => pieces.map((piece) => JSON.stringify(piece)),
  };
  expect(await excessIn(reader)).toBeUndefined();
});
