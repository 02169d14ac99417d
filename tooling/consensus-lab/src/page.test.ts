import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Claim, type Row, lineOf } from "./claim.ts";
import { claims, page } from "./page.ts";

const committed = readFileSync(join(import.meta.dirname, "../../../docs/consensus.md"), "utf8");

/** Whether a row is made again: the first of every fourth table, in CI every eighth row of each. */
const isMadeAgain =
  (process.env["MASSGEN_TESTS"] ?? "sample") === "sample"
    ? (claim: Claim, row: number): boolean => row === 0 && claims.indexOf(claim) % 4 === 0
    : (_: Claim, row: number): boolean => row % 8 === 0;

describe("docs/consensus.md", () => {
  it("is what `npm run lab` makes: its texts, its rows, and the figures of those made again", () => {
    const lines = committed.split("\n");
    /** A row's line as it is committed: two tables may have rows of one name, but not one claim. */
    const committedLine = ({ labels }: Row, title: string): string => {
      const section = lines.slice(lines.indexOf(`## ${title}`));
      const start = `| ${labels.join(" | ")} |`;
      return section.find((line) => line.startsWith(start)) ?? `no row ${start} in "${title}"`;
    };
    const expected = page((row, claim) =>
      isMadeAgain(claim, claim.rows.indexOf(row)) ? lineOf(row) : committedLine(row, claim.title),
    );
    expect(committed).toBe(expected);
  });
});
