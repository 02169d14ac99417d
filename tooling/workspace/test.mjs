import { build } from "./build.mjs";
import { show } from "./command.mjs";
import { install } from "./install.mjs";
import { leftToCi } from "./left-to-ci.mjs";

// npm test: every test of the workspace; arguments go to vitest. The end-to-end tests start the built command line.
await install();
await build();
if (process.env.MASSGEN_TESTS === undefined && process.argv.length === 2) {
  console.log(`A sample of the tests: ${leftToCi.length} files that take long are left to CI (MASSGEN_TESTS=all).`);
}
process.exitCode = await show("vitest", ["run", ...process.argv.slice(2)]);
