import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const folder = import.meta.dirname;

/** What each program has to say, besides ending well and without a warning. */
const says: Readonly<Record<string, RegExp>> = {
  "cancel.ts": /^cancelled\naborted: /,
  "config-file.ts": /^planner and critic\nThis is MassGen's offline demo/,
  "custom-provider.ts": /^You said: Hello!\n$/,
  "events.ts": /\[ada\] Drafting.*\[orchestrator\] Selected .* events in the log, answered/s,
  "express-app.ts": /^This is MassGen's offline demo/,
  "late-reader.ts": /^The late reader has the whole answer\.\n3 .*run-finished\n$/s,
  "response-format.ts": /^Paris has 2100000 people\.\n$/,
  "streaming.ts": /^This is MassGen's offline demo/,
  "team.ts": /demo.* won: \w+, \d+ calls\n$/s,
  "tools.ts": /^weather\(\{"city":"Bergen"\}\)\nTake an umbrella: rain\.\n$/,
};

it("there are no others, and the README names them all", () => {
  const programs = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  expect(programs.toSorted()).toEqual(Object.keys(says));
  const readme = readFileSync(`${folder}/README.md`, "utf8");
  expect(programs.filter((name) => !readme.includes(`[${name}](${name})`))).toEqual([]);
});

it.each(Object.entries(says))("%s runs offline as it stands, and is short", async (name, expected) => {
  // On the sources, so that no build has to come first; without keys or proxies.
  const { PATH } = process.env;
  const args = ["--conditions=massgen-source", `${folder}/${name}`];
  const { stdout, stderr } = await run(process.execPath, args, { env: { PATH } });
  expect(stdout).toMatch(expected);
  expect(stderr).toBe("");
  expect(readFileSync(`${folder}/${name}`, "utf8").split("\n").length).toBeLessThan(40);
});
