import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { environment, root } from "./command.mjs";

// node tooling/workspace/slow-machine.mjs npm test: runs a command as a machine would that is ten times slower. It runs
// with `nice` beside busy loops, as many on each core as it takes until a process beside them gets a tenth of one.

const times = 10;
const niceness = "10";
const mostLoops = 40 * cpus().length;

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error("Usage: node tooling/workspace/slow-machine.mjs <command> [argument ...]");
  process.exit(2);
}

/** @type {import("node:child_process").ChildProcess[]} */
const loops = [];
process.once("exit", () => {
  for (const loop of loops) loop.kill("SIGKILL");
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.once(signal, () => process.exit(1));

let slowed = await slowdown();
while (slowed < times && loops.length < mostLoops) {
  addLoops(cpus().length);
  slowed = await slowdown();
}
console.log(
  `${loops.length} busy loops on ${cpus().length} cores: what runs beside them is ${slowed.toFixed(1)} times slower.`,
);

const began = performance.now();
const child = spawn("nice", ["-n", niceness, command, ...args], { cwd: root, env: environment, stdio: "inherit" });
process.once("exit", () => child.kill());
const [code] = await once(child, "close");
console.log(`${((performance.now() - began) / 60_000).toFixed(1)} minutes.`);
process.exit(code ?? 1);

/** @param {number} count */
function addLoops(count) {
  for (let n = 0; n < count; n += 1) loops.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
}

/** How many times longer a process takes that only computes, than it would with a core to itself. */
async function slowdown() {
  const work =
    "const t = performance.now(); for (let n = 0; n < 2e8; n += 1); const { user, system } = process.cpuUsage();";
  const tell = "console.log(((performance.now() - t) * 1000) / (user + system));";
  const probe = spawn("nice", ["-n", niceness, process.execPath, "-e", work + tell], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  probe.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  await once(probe, "close");
  return Number(said);
}
