// What the README says about backend types and flags comes from the code it describes. UPDATE_README=1 writes the table of types.
import { readFileSync, writeFileSync } from "node:fs";
import { createRegistry } from "@massgen/providers";
import { expect, it } from "vitest";
import type { CliContext } from "./context.ts";
import { main } from "./main.ts";

const path = new URL("../../../README.md", import.meta.url);
const readme = readFileSync(path, "utf8");
const begin = "<!-- types:begin -->\n";
const end = "<!-- types:end -->";

function typesTable(): string {
  const registry = createRegistry({ env: {} });
  const rows = registry.types().flatMap((type) => {
    const provider = registry.get(type);
    if (!provider) return [];
    const { variables, required } = provider.apiKey;
    const keys = variables.map((name) => `\`${name}\``).join(", ");
    const names = [type, ...(provider.aliases ?? [])].map((name) => `\`${name}\``).join(", ");
    const key = keys === "" ? "none" : `${keys}${required ? "" : " (optional)"}`;
    const noAddress = provider.baseUrl.variables.length === 0 ? "none: offline" : "give `base_url`";
    return [`| ${names} | ${key} | ${provider.baseUrl.default ?? noAddress} |\n`];
  });
  return `| type | key variable | default address |\n| --- | --- | --- |\n${rows.join("")}`;
}

it("lists every backend type with its key variable and address", () => {
  const start = readme.indexOf(begin) + begin.length;
  const stop = readme.indexOf(end);
  if (process.env["UPDATE_README"] === "1") {
    writeFileSync(path, readme.slice(0, start) + typesTable() + readme.slice(stop));
    return;
  }
  expect(readme.slice(start, stop)).toBe(typesTable());
});

it("lists every flag of massgen serve", async () => {
  let help = "";
  const context: CliContext = {
    env: {},
    cwd: "/",
    home: "/",
    stdout: (text) => {
      help += text;
    },
    stderr: () => {},
    onSignal: () => () => {},
    onHangup: () => () => {},
    onDefect: () => () => {},
    terminal: false,
  };
  await main(["serve", "--help"], context);
  const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)]
    .map((match) => match[1])
    .filter((flag) => flag !== "--help");
  const described = [...readme.matchAll(/^\| `(--[a-z-]+)/gm)].map((match) => match[1]);
  expect(described).toEqual(flags);
});
