import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

const page = (path: string): URL => new URL(`../../../../${path}`, import.meta.url);

/** @param path from the repository's root */
export function readPage(path: string): string {
  return readFileSync(page(path), "utf8").replaceAll("\r\n", "\n");
}

/** Expects a page to be what `printed` makes of it; with UPDATE_DOCS=1 writes that. */
export function expectPrinted(path: string, printed: (text: string) => string): void {
  const text = readPage(path);
  if (process.env["UPDATE_DOCS"] === "1") writeFileSync(page(path), printed(text));
  else expect(text).toBe(printed(text));
}

/** {@link expectPrinted} for the part between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
export function expectPart(path: string, name: string, printed: string): void {
  const [begin, end] = [`<!-- ${name}:begin -->\n`, `<!-- ${name}:end -->`];
  expectPrinted(path, (text) => {
    const start = text.indexOf(begin) + begin.length;
    const stop = text.indexOf(end, start);
    if (start < begin.length || stop < 0) throw new Error(`${path} has no ${begin} ... ${end}`);
    return text.slice(0, start) + printed + text.slice(stop);
  });
}

/** A table in Markdown. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => "---"), ...rows];
  return lines.map((cells) => `|${cells.map((cell) => (cell === "" ? " " : ` ${cell} `)).join("|")}|\n`).join("");
}

/** A text as code; nothing for an empty one. */
export function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}
