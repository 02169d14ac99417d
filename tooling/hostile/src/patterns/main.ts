import { check } from "recheck";
import { unexcused, type Finding } from "../allowed.ts";
import { publishedSources } from "../published-sources.ts";
import { allowed } from "./allowed.ts";
import { exportedConstants, writtenPatterns, type WrittenPattern } from "./written-patterns.ts";

// node tooling/hostile/src/patterns/main.ts: refuses every regular expression of the published code that can take more
// than linear time.

type Pattern = NonNullable<WrittenPattern["pattern"]>;

/**
 * Steps are counted, not milliseconds: a slow machine comes to the same verdict. `timeout` is for what would take
 * minutes.
 */
const limits = {
  timeout: 300_000,
  incubationTimeout: null,
  seedingTimeout: null,
  attackTimeout: null,
  attackLimit: 100_000_000,
} as const;

const sources = publishedSources();
const shared = exportedConstants(sources);
const verdicts = new Map<string, string | undefined>();
const findings: Finding[] = [];
let patterns = 0;

for (const [file, source] of sources) {
  for (const { line, written, pattern } of writtenPatterns(file, source, shared)) {
    patterns += 1;
    const problem =
      pattern === undefined ? "is put together from values that this check cannot know" : await problemOf(pattern);
    if (problem !== undefined) findings.push({ file, line, written, problem });
  }
}

const problems = unexcused(findings, allowed);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  console.error(
    `\n${problems.length} of ${patterns} patterns. Cut the text before the pattern sees it and write the pattern so that it cannot go back over what it read, or search by hand (indexOf, one pass); an exception goes into tooling/hostile/src/patterns/allowed.ts with its reason.`,
  );
  process.exitCode = 1;
} else {
  console.log(`${patterns} patterns, none of which can take more than linear time; ${allowed.length} let off.`);
}

/** What is wrong with a pattern; undefined when nothing is. */
async function problemOf(pattern: Pattern): Promise<string | undefined> {
  const key = JSON.stringify(pattern);
  if (!verdicts.has(key)) verdicts.set(key, await judged(pattern));
  return verdicts.get(key);
}

async function judged({ source, flags }: Pattern): Promise<string | undefined> {
  const found = await check(source, flags, limits);
  switch (found.status) {
    case "safe":
      return undefined;
    case "vulnerable":
      return `is a ${found.complexity.summary} on ${found.attack.pattern}`;
    case "unknown":
      return `could not be judged: ${found.error.kind}`;
  }
}
