import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../workspace/build.mjs";
import { capture, root } from "../workspace/command.mjs";
import { packAll } from "../workspace/tarball.mjs";
import { tryInstalledServer } from "./installed-server.mjs";

// npm run smoke: installs the packed packages into an empty folder with plain npm, as a stranger would, and uses them.

/**
 * @param {string} what for the message
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function must(what, command, args, cwd) {
  const { ok, output } = await capture(command, args, { cwd });
  if (!ok) throw new Error(`${what}\n${output.trimEnd()}`);
}

await build();
const folder = mkdtempSync(join(tmpdir(), "massgen-smoke-"));
try {
  const packed = join(folder, "packed");
  const project = join(folder, "project");
  mkdirSync(packed);
  cpSync(fileURLToPath(new URL("consumer", import.meta.url)), project, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));

  const tarballs = await packAll(packed);
  // Node's own types, in the version that this workspace is checked with.
  const nodeTypes = JSON.parse(readFileSync(join(root, "node_modules", "@types", "node", "package.json"), "utf8"));
  const wanted = [...tarballs.map(({ file }) => file), `@types/node@${nodeTypes.version}`];
  await must("npm cannot install them.", "npm", ["install", "--no-audit", "--no-fund", ...wanted], project);
  await must("They do not type-check as nodenext.", "tsc", ["-p", "tsconfig.nodenext.json"], project);
  await must("They do not type-check as bundler.", "tsc", ["-p", "tsconfig.bundler.json"], project);
  await must("The compiled consumer fails.", "node", [join("built", "consumer.js")], project);
  await tryInstalledServer(project);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
