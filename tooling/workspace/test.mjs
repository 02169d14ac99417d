import { build } from "./build.mjs";
import { show } from "./command.mjs";
import { install } from "./install.mjs";

// npm test: every test of the workspace; arguments go to vitest. The end-to-end tests start the built command line.
await install();
await build();
process.exitCode = await show("vitest", ["run", ...process.argv.slice(2)]);
