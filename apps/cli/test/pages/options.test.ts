// docs/options.md and the limits in docs/operations.md are printed from the options. UPDATE_DOCS=1 writes them.
import { optionHelp, optionRows } from "@massgen/config";
import { expect, it } from "vitest";
import { adminKeyVariable, apiKeyVariable, metricsKeyVariable } from "../../src/setup/api-keys.ts";
import { teamFlags, writtenDefault } from "../../src/setup/serve-flags.ts";
import { runCommand } from "../../e2e/command-line.ts";
import { code, expectPart, expectPrinted, readPage, table } from "./printed-page.ts";

/** The variables with keys, by the option that names a file with more of them. */
const keyVariables: ReadonlyMap<string, string> = new Map([
  ["apiKeyFile", apiKeyVariable],
  ["adminKeyFile", adminKeyVariable],
  ["metricsKeyFile", metricsKeyVariable],
]);

function flagCell(flag: string, placeholder: string): string {
  return code(`--${flag} ${placeholder}`.trimEnd());
}

it("docs/options.md has every option of massgen serve", () => {
  const team = teamFlags.map(({ flag, placeholder, env = "", help }) => {
    return [flagCell(flag, placeholder), "", code(env), "", help, env === "" ? "a restart" : "SIGHUP"];
  });
  const keys = "keys themselves, separated by commas; they count in addition to those of the file";
  const server = optionRows.flatMap((row) => {
    const { flag, unit, key, env = "" } = row;
    const option = [
      flagCell(flag, unit.placeholder),
      row.top === true ? `${code(key)}, at the top of the file` : code(key),
      code(env),
      code(writtenDefault(row.default)),
      optionHelp(row),
      row.changes === "live" ? "SIGHUP" : "a restart",
    ];
    const variable = keyVariables.get(row.name);
    return variable === undefined ? [option] : [option, ["", "", code(variable), "", keys, "SIGHUP"]];
  });
  const header = ["flag", "key in `server`", "variable", "default", "", "a change needs"];
  expectPart("docs/options.md", "options", table(header, [...team, ...server]));
});

it("docs/options.md has the flags of --help, in its order", async () => {
  const { stdout } = await runCommand({ args: ["serve", "--help"] });
  const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1]);
  const described = [...readPage("docs/options.md").matchAll(/^\| `(--[a-z-]+)/gm)].map((match) => match[1]);
  expect(described).toEqual(flags.filter((flag) => flag !== "--help"));
});

it("the limits in docs/operations.md have the defaults of their options", () => {
  const limits = /^\| ([^|\n]*`--([a-z-]+)`[^|\n]*) \| ([^|\n]*) \| ([^|\n]* \|)$/gm;
  expectPrinted("docs/operations.md", (text) => {
    const start = text.indexOf("\n## Limits\n");
    const section = text.slice(start, text.indexOf("\n## ", start + 1));
    const found: string[] = [];
    const printed = section.replace(limits, (line, what: string, flag: string, _default: string, rest: string) => {
      const row = optionRows.find((one) => one.flag === flag);
      if (row === undefined) return line;
      found.push(flag);
      return `| ${what} | ${row.unit.shown(row.default)} | ${rest}`;
    });
    expect(found.length).toBeGreaterThan(8);
    return text.replace(section, () => printed);
  });
});
