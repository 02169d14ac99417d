import { existsSync, readFileSync } from "node:fs";

const page = readFileSync(new URL("../../../docs/clients.md", import.meta.url), "utf8");
const specification = new URL("../../../../shared/spec/http_server.rst", import.meta.url);

/**
 * The code of a language under a heading of docs/clients.md, block by block.
 * @throws RangeError when there is none
 */
export function clientBlocks(heading: string, language: string): readonly string[] {
  const title = `\n## ${heading}\n`;
  const start = page.indexOf(title);
  const [section = ""] = start < 0 ? [] : page.slice(start + title.length).split(/^## /m);
  const blocks = [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].flatMap(([, name, code = ""]) =>
    name === language ? [code] : [],
  );
  if (blocks.length === 0) throw new RangeError(`docs/clients.md has no ${language} under "${heading}".`);
  return blocks;
}

/** {@link clientBlocks} where one block is all there is. */
export function clientBlock(heading: string, language: string): string {
  const [block = "", ...more] = clientBlocks(heading, language);
  if (more.length > 0) throw new RangeError(`docs/clients.md has several blocks of ${language} under "${heading}".`);
  return block;
}

/** Whether the documentation of the HTTP server lies beside the checkout. */
export const hasSpecification = existsSync(specification);

/** The code of a language in the documentation of the HTTP server, block by block. */
export function specificationBlocks(language: string): readonly string[] {
  const text = readFileSync(specification, "utf8");
  const blocks = text.matchAll(new RegExp(`^\\.\\. code-block:: ${language}\\n((?:\\n|   .*\\n)+)`, "gm"));
  return [...blocks].map(([, indented = ""]) => `${indented.replaceAll(/^ {3}/gm, "").trim()}\n`);
}

/** Documented code, aimed at a server that listens elsewhere. */
export function aimedAt(url: string, code: string): string {
  if (!code.includes("http://localhost:4000")) throw new RangeError(`No server is called in:\n${code}`);
  return code.replaceAll("http://localhost:4000", url);
}
