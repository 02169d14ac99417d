import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { environment, node, root } from "./command.mjs";
import { install } from "./install.mjs";

// npm start: `massgen serve` from the sources, in the folder where it was typed; `npm start -- init`, and any other
// command, by its name.
const given = process.argv.slice(2);
const args = given[0] === undefined || given[0].startsWith("-") ? ["serve", ...given] : given;

await install();
await build();

const server = spawn(node, [join(root, "apps", "cli", "bin", "massgen.js"), ...args], {
  cwd: process.env["INIT_CWD"] ?? process.cwd(),
  // Without a team to serve, the command line then serves the demo team instead of ending with an error.
  env: { ...environment, MASSGEN_START: "1" },
  stdio: "inherit",
});

let forwardedAt = -Infinity;

/** @param {NodeJS.Signals} signal */
function forward(signal) {
  // A signal to the whole process group comes here twice, once through npm. The server takes a second one for
  // impatience.
  if (performance.now() - forwardedAt < 500) return;
  forwardedAt = performance.now();
  server.kill(signal);
}
process.on("SIGTERM", forward);
process.on("SIGHUP", forward);
process.on("SIGINT", (signal) => {
  // A terminal sends it to the whole foreground group: the server has it already.
  if (!process.stdin.isTTY) forward(signal);
});

server.on("error", (error) => {
  console.error(`The server could not be started: ${error.message}`);
  process.exitCode = 1;
});
server.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
});
