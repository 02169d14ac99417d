import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capture, root } from "./command.mjs";
import { install } from "./install.mjs";

// npm run check: everything that is checked besides the tests; `npm run check -- lint knip` checks these two.

/** What can be checked, and the script of the root package.json that does it. */
const scriptOf = new Map([
  ["types", "check:types"],
  ["lint", "lint"],
  ["format", "format:check"],
  ["boundaries", "boundaries"],
  ["patterns", "patterns"],
  ["words", "words"],
  ["knip", "knip"],
  ["api", "api"],
  ["packaging", "packaging"],
  ["console-size", "console-size"],
  ["smoke", "smoke"],
  ["provider-template", "provider-template"],
]);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !scriptOf.has(name));
if (unknown.length > 0) {
  console.error(`No check is called ${unknown.join(" or ")}. There are: ${[...scriptOf.keys()].join(", ")}.`);
  process.exit(2);
}

await install();
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let passed = 0;
let failed = 0;
for (const [name, script] of scriptOf) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const began = performance.now();
  const { ok, output } = await capture(scripts[script], [], { shell: true });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (ok) passed += 1;
  else {
    failed += 1;
    console.log(output.trimEnd());
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
