import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { capture, root } from "./command.mjs";

/**
 * @typedef {{ name: string, file: string }} Tarball a package of this workspace as it would be published
 */

/** Folders of the packages that are published. */
function publishedFolders() {
  return ["packages", "apps"]
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .filter((folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).private !== true)
    .toSorted();
}

/**
 * Packs every published package of the built workspace.
 * @param {string} destination an empty folder
 * @returns {Promise<readonly Tarball[]>}
 */
export async function packAll(destination) {
  const tarballs = [];
  for (const folder of publishedFolders()) {
    const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = join(destination, `${name.replace("@", "").replace("/", "-")}.tgz`);
    const { ok, output } = await capture("pnpm", ["pack", "--out", file], { cwd: folder });
    if (!ok) throw new Error(`${name} cannot be packed.\n${output}`);
    tarballs.push({ name, file });
  }
  return tarballs;
}
