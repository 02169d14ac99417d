// The table of lines is true: the tests that it names exist, and docs/requests.md lists what differs. UPDATE_DOCS=1
// writes that list.
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

test("docs/requests.md lists what differs", () => {
  const path = "docs/requests.md";
  const begin = "<!-- contract:begin -->\n";
  const end = "<!-- contract:end -->";
  const rows = coverage.flatMap(({ line, differs }) =>
    differs === undefined ? [] : [`| \`D${line}\` | ${differs} |\n`],
  );
  const table = `| test | |\n| --- | --- |\n${rows.join("")}`;
  const page = sourceOf(path);
  const start = page.indexOf(begin) + begin.length;
  const stop = page.indexOf(end);
  expect(start).toBeGreaterThan(begin.length);
  expect(stop).toBeGreaterThanOrEqual(start);
  if (process.env["UPDATE_DOCS"] === "1") {
    writeFileSync(new URL(path, root), page.slice(0, start) + table + page.slice(stop));
    return;
  }
  expect(page.slice(start, stop)).toBe(table);
});
