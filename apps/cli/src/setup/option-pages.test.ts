// What the README and the operations page say of the server's options is printed from the options. UPDATE_README=1 writes it.
import { readFileSync, writeFileSync } from "node:fs";
import { optionHelp, optionRows, type NamedOption } from "@massgen/config";
import { expect, it } from "vitest";
import { apiKeyVariable } from "./api-keys.ts";
import { teamFlags, writtenDefault } from "./serve-flags.ts";

const page = (path: string): URL => new URL(`../../../../${path}`, import.meta.url);

/** Holds a page to what `written` makes of it. */
function expectPrinted(path: string, written: (text: string) => string): void {
  const text = readFileSync(page(path), "utf8").replaceAll("\r\n", "\n");
  if (process.env["UPDATE_README"] === "1") writeFileSync(page(path), written(text));
  else expect(text).toBe(written(text));
}

/** A page with a text of ours between two others of it. */
function between(text: string, begin: string, end: string, ours: string): string {
  const start = text.indexOf(begin) + begin.length;
  const stop = text.indexOf(end, start);
  if (start < begin.length || stop < 0) throw new Error(`There is no ${begin} ... ${end}.`);
  return text.slice(0, start) + ours + text.slice(stop);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => "---"), ...rows];
  return lines
    .map((cells) => `| ${cells.join(" | ")} |\n`.replaceAll("|  |", "| |").replaceAll("|  |", "| |"))
    .join("");
}

const code = (text: string): string => (text === "" ? "" : `\`${text}\``);

const flagCell = ({ flag, placeholder }: { readonly flag: string; readonly placeholder: string }): string =>
  code(`--${flag} ${placeholder}`.trimEnd());

const marks = ["<!-- options:begin -->\n", "<!-- options:end -->"] as const;

it("the README has every flag of massgen serve, with its variable and default", () => {
  const team = teamFlags.map((line) => [flagCell(line), code(line.env ?? ""), "", line.help]);
  const server = optionRows.flatMap((row) => {
    const { flag, unit, env = "" } = row;
    const cells = [flagCell({ flag, placeholder: unit.placeholder }), code(env), code(writtenDefault(row.default))];
    const keys = [
      "",
      code(apiKeyVariable),
      "",
      "keys themselves, separated by commas; with a file of keys, each counts",
    ];
    return row.name === "apiKeyFile" ? [[...cells, optionHelp(row)], keys] : [[...cells, optionHelp(row)]];
  });
  const options = table(["option", "environment", "default", ""], [...team, ...server]);
  expectPrinted("README.md", (text) => between(text, ...marks, options));
});

it("the README's configuration has every key of `server`, with its default", () => {
  const lines = optionRows.map((row) => {
    const line = `  ${row.key}: ${inYaml(row.example ?? row.default)}`;
    return row.example === undefined ? `${line}\n` : `${line.padEnd(40)} # off when absent\n`;
  });
  const begin =
    "server:                          # every flag of `massgen serve` but --config, --default-model and --demo\n";
  expectPrinted("README.md", (text) => between(text, begin, "```", lines.join("")));
});

function inYaml(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

it("the operations page has every option, and what a change of it needs", () => {
  const rows = optionRows.map((row) => [
    code(row.key),
    code(`--${row.flag}`),
    code(row.env ?? ""),
    row.changes === "live" ? "SIGHUP" : "a restart",
  ]);
  const options = table(["key in `server:`", "flag", "variable", "a change needs"], rows);
  expectPrinted("docs/operations.md", (text) => between(text, ...marks, options));
});

it("the operations page's limits have the defaults of their options", () => {
  const limits = /^\| ([^|\n]*`--([a-z-]+)`[^|\n]*) \| ([^|\n]*) \| ([^|\n]* \|)$/gm;
  expectPrinted("docs/operations.md", (text) => {
    const start = text.indexOf("\n## Limits\n");
    const section = text.slice(start, text.indexOf("\n## ", start + 1));
    const found: string[] = [];
    const printed = section.replace(limits, (line, what: string, flag: string, _default: string, rest: string) => {
      const row = optionRows.find((one) => one.flag === flag);
      if (row === undefined) return line;
      found.push(flag);
      return `| ${what} | ${shownDefault(row)} | ${rest}`;
    });
    expect(found.length).toBeGreaterThan(8);
    return text.replace(section, () => printed);
  });
});

function shownDefault(row: NamedOption): string {
  return row.unit.shown(row.default);
}
