// That the table of lines tells the truth: about the tests, which exist, and to the README, which shows what differs.
// UPDATE_README=1 writes the README's list.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coverage, type CoveredLine } from "./coverage.ts";

const root = new URL("../../../../", import.meta.url);
const folder = "apps/cli/e2e/contract/";

function sourceOf(file: string): string {
  return readFileSync(new URL(file, root), "utf8");
}

/** The lines that tests of a file of this folder name in their titles, by file. */
function linesByFile(): ReadonlyMap<string, ReadonlySet<number>> {
  const files = readdirSync(new URL(folder, root)).filter((file) => file.endsWith(".test.ts"));
  return new Map(
    files.map((file) => {
      const titles = sourceOf(folder + file).matchAll(/\b(?:test|describe)\(\s*["`]D(\d+): |\]\)\(\s*["`]D(\d+): /g);
      return [file.slice(0, -".test.ts".length), new Set([...titles].map(([, one, each]) => Number(one ?? each)))];
    }),
  );
}

test("every line from 1 to 95 is there once, in order, and tested somewhere", () => {
  expect(coverage.map(({ line }) => line)).toEqual(Array.from({ length: 95 }, (_, i) => i + 1));
  const untested = ({ here, elsewhere = [] }: CoveredLine): boolean => here === undefined && elsewhere.length === 0;
  expect(coverage.filter(untested)).toEqual([]);
});

test("the tests of this folder are the ones it names", () => {
  const found = [...linesByFile()].flatMap(([file, lines]) => [...lines].map((line) => `${line} ${file}`));
  const named = coverage.flatMap(({ line, here }) => (here === undefined ? [] : [`${line} ${here}`]));
  expect(found.sort()).toEqual(named.sort());
});

test("the tests of other folders are there", () => {
  const missing = coverage
    .flatMap(({ elsewhere = [] }) => elsewhere)
    .filter(({ file, title }) => {
      const source = sourceOf(file).replaceAll(/\(\s+/g, "(");
      return !['"', "'", "`"].some((quote) => source.includes(`(${quote}${title}${quote},`));
    });
  expect(missing).toEqual([]);
});

test("the README says what differs", () => {
  const begin = "<!-- contract:begin -->\n";
  const end = "<!-- contract:end -->";
  const rows = coverage.flatMap(({ line, differs }) =>
    differs === undefined ? [] : [`| \`D${line}\` | ${differs} |\n`],
  );
  const table = `| test | |\n| --- | --- |\n${rows.join("")}`;
  const readme = sourceOf("README.md");
  const start = readme.indexOf(begin) + begin.length;
  const stop = readme.indexOf(end);
  expect(start).toBeGreaterThan(begin.length);
  expect(stop).toBeGreaterThanOrEqual(start);
  if (process.env["UPDATE_README"] === "1") {
    writeFileSync(new URL("README.md", root), readme.slice(0, start) + table + readme.slice(stop));
    return;
  }
  expect(readme.slice(start, stop)).toBe(table);
});
