import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";

/** The page for authors of providers, whose code is the template's. */
export const pageFile = join(root, "packages", "provider-kit", "AUTHORING.md");

export const templateFolder = join(root, "tooling", "provider-template");

/** A file of the template inside the page: its name in a comment, then the fence. */
const block = /(<!-- file: (\S+) -->\n\n?(`{3,})\w*\n)[^]*?(?<=\n)(\3\n)/g;

/**
 * The page with every block as the template has it.
 * @param {string} page
 * @returns {string}
 */
export function upToDate(page) {
  return page.replaceAll(block, (_, opening, /** @type {string} */ name, _fence, closing) => {
    const file = join(templateFolder, name);
    if (!existsSync(file)) throw new Error(`AUTHORING.md shows ${name}, which the template does not have.`);
    return `${opening}${readFileSync(file, "utf8")}${closing}`;
  });
}

/**
 * Files of the template that the page does not show.
 * @param {string} page
 * @returns {readonly string[]}
 */
export function filesLeftOut(page) {
  const shown = new Set([...page.matchAll(block)].map((match) => match[2]));
  return templateFiles().filter((name) => !shown.has(name));
}

/** The template's own files, whatever was installed or built beside them. */
export function templateFiles() {
  return readdirSync(templateFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(templateFolder.length + 1))
    .filter((name) => !/^(?:node_modules|dist|\.[^/]*)\/|^package-lock\.json$/.test(name))
    .toSorted();
}
