import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture, giveUp, node, root } from "./command.mjs";
import { startStep } from "./steps.mjs";

const stampFile = join(root, "node_modules", ".massgen-installed");

/** Every package.json of the workspace, its root's first. */
function manifests() {
  const folders = ["packages", "apps", "tooling"].flatMap((group) =>
    readdirSync(join(root, group))
      .toSorted()
      .map((name) => join(group, name)),
  );
  return ["", ...folders].map((folder) => join(root, folder, "package.json")).filter((file) => existsSync(file));
}

/** A hash of everything that decides what is installed. */
function wantedStamp() {
  const hash = createHash("sha256");
  for (const file of [join(root, "pnpm-lock.yaml"), join(root, "pnpm-workspace.yaml"), ...manifests()]) {
    hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function isInstalled() {
  return existsSync(node) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === wantedStamp();
}

/** The pnpm that the root package.json names, such as `pnpm@12.21.0`. */
function packageManager() {
  return /** @type {string} */ (JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager);
}

/** Installs what the lockfile says, unless that was done already. Ends the process when it cannot be done. */
export async function install() {
  if (isInstalled()) return;
  const pnpm = packageManager();
  const step = startStep(`Installing dependencies with ${pnpm}, once`);
  const { ok, output } = await capture("npx", ["-y", pnpm, "install", "--frozen-lockfile"], {
    onLine(line) {
      const [, progress] = /^Progress: (resolved .*)/.exec(line) ?? [];
      if (progress !== undefined) step.at(progress);
    },
  });
  if (!ok) {
    giveUp(
      `The dependencies could not be installed. If the network is fine, see what npx -y ${pnpm} install says.`,
      output,
    );
  }
  step.end("done");
  writeFileSync(stampFile, wantedStamp());
}
