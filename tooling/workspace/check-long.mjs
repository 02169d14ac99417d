import { show } from "./command.mjs";
import { install } from "./install.mjs";

// npm run check:long: what is checked too, and takes longer than a landing should wait for: every hostile text for every reader.
await install();
process.env.HOSTILE = "all";
process.exitCode = await show("vitest", ["run", "tooling/hostile"]);
