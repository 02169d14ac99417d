import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The sources of everything that is published, without their tests, by their paths from the root of the repository. */
export function publishedSources(): ReadonlyMap<string, string> {
  const files = globSync("{packages,apps}/*/src/**/*.ts", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
  return new Map(files.toSorted().map((file) => [file, readFileSync(join(root, file), "utf8")]));
}
