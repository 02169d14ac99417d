import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { reportOf } from "./report.ts";

// node tooling/api/src/main.ts: holds what the built packages promise against packages/*/api. UPDATE_API=1 writes it.

const packages = fileURLToPath(new URL("../../../packages", import.meta.url));
const update = process.env["UPDATE_API"] === "1";

/** Each entry of a package that has types: its report's name and its declarations. */
function entriesOf(folder: string): Map<string, string> {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types?: string }>>;
  };
  const entries = new Map<string, string>();
  for (const [name, target] of Object.entries(exports)) {
    const types = typeof target === "string" ? undefined : target.types;
    if (types !== undefined) entries.set(`${name === "." ? "index" : basename(name)}.d.ts.txt`, join(folder, types));
  }
  return entries;
}

const problems: string[] = [];
for (const name of readdirSync(packages).toSorted()) {
  const folder = join(packages, name);
  const entries = entriesOf(folder);
  const reports = join(folder, "api");
  for (const [report, types] of entries) {
    const path = join(reports, report);
    const text = reportOf(types, join(folder, "dist"));
    if (update) {
      mkdirSync(reports, { recursive: true });
      writeFileSync(path, text);
    } else if (!existsSync(path)) problems.push(`packages/${name}/api/${report} is missing`);
    else problems.push(...differences(`packages/${name}/api/${report}`, readFileSync(path, "utf8"), text));
  }
  for (const stray of existsSync(reports) ? readdirSync(reports) : []) {
    if (entries.has(stray)) continue;
    if (update) rmSync(join(reports, stray));
    else problems.push(`packages/${name}/api/${stray} belongs to no entry`);
  }
}
if (problems.length > 0) {
  console.error(problems.join("\n"));
  console.error("\nThe public interface changed. Where that is wanted: UPDATE_API=1 npm run api, and a changeset.");
  process.exitCode = 1;
}

/** The lines that only one of them has. */
function differences(path: string, before: string, now: string): readonly string[] {
  if (before === now) return [];
  const [old, fresh] = [before.split("\n"), now.split("\n")];
  const gone = old.filter((line) => !fresh.includes(line)).map((line) => `- ${line}`);
  const come = fresh.filter((line) => !old.includes(line)).map((line) => `+ ${line}`);
  return [`${path}:`, ...(gone.length + come.length > 0 ? [...gone, ...come] : ["  the same lines in another order"])];
}
