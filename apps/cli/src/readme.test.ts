// What the README says about backend types and flags comes from the code it describes. UPDATE_README=1 writes the table of types.
import { readFileSync, writeFileSync } from "node:fs";
import { createRegistry, vendors, type BuiltInProvider } from "@massgen/providers";
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
    const provider = registry.describe.provider(type);
    if (!provider) return [];
    const { variables, required } = provider.apiKey;
    const keys = variables.map((name) => `\`${name}\``).join(", ");
    const names = [type, ...(provider.aliases ?? [])].map((name) => `\`${name}\``).join(", ");
    const key = keys === "" ? "none" : `${keys}${required ? "" : " (optional)"}`;
    const noAddress = provider.baseUrl.variables.length === 0 ? "none: offline" : "give `base_url`";
    return [`| ${names} | ${key} | ${provider.baseUrl.default ?? noAddress} | ${knownOf(provider)} |\n`];
  });
  return `| type | key variable | default address | what is known |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}

/** What is known of a type before anything is tried. */
function knownOf({ type, local, slots, lookUp }: BuiltInProvider): string {
  const vendor = vendors.find((row) => row.type === type);
  const calls = vendor?.slots === "said" ? "as many calls at a time as it has slots" : "one call at a time";
  return [
    ...(local ? ["local"] : []),
    ...(slots === undefined ? [] : [calls]),
    ...(lookUp ? ["asked for its context window"] : []),
    ...(vendor?.images === false ? ["no images"] : []),
    ...(vendor?.tools === false ? ["no tools"] : []),
    ...(vendor?.force === "auto" ? ["a tool call cannot be forced"] : []),
  ].join("; ");
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
