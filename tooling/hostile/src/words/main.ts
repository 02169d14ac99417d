import { unexcused, type Finding } from "../allowed.ts";
import { publishedSources } from "../published-sources.ts";
import { allowed } from "./allowed.ts";
import { indexedTables } from "./indexed-tables.ts";

// node tooling/hostile/src/words/main.ts: refuses tables that are plain objects and read by words which may be
// anybody's.

const findings = [...publishedSources()].flatMap(([file, source]) =>
  indexedTables(file, source).map((place): Finding => ({
    file,
    ...place,
    problem: "reads a plain object by a word that may be anybody's",
  })),
);
const problems = unexcused(findings, allowed);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  console.error(
    "\nMake the table a Map, or ask Object.hasOwn first; where the word cannot be a stranger's, tooling/hostile/src/words/allowed.ts takes it with the reason.",
  );
  process.exitCode = 1;
} else {
  console.log(`No table is read by a stranger's word; ${allowed.length} places are let off.`);
}
