import { show } from "./command.mjs";
import { install } from "./install.mjs";

// npm run check:long: what is checked too, and takes longer than a landing should wait for: every hostile text for
// every reader, and 200 kept runs through kills on each store. The tests read a sample of them, in CI too.
await install();
process.env.MASSGEN_TESTS = "long";
process.exitCode = await show("vitest", ["run", "tooling/hostile", "apps/cli/e2e/kill-loop.test.ts"]);
