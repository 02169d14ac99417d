// What docs/clients.md has for clients that are not here.
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";

const page = readFileSync(new URL("../../../docs/clients.md", import.meta.url), "utf8");

describe("every block of settings is an object or a list that names the server", () => {
  const parsers: Readonly<Record<string, (text: string) => unknown>> = { json: JSON.parse, yaml: load };
  const blocks = [...page.matchAll(/^```(json|yaml)\n([^]*?)^```$/gm)];
  it.each(blocks.map(([, language = "", text = ""]) => ({ language, text })))("$language: $text", (block) => {
    const parsed = parsers[block.language]?.(block.text);
    expect(JSON.stringify(parsed)).toMatch(/^[[{].*:4000/);
  });

  it("is four of them or more", () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4);
  });
});
