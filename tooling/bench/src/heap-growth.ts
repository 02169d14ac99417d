import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startFloodUpstream } from "./child-server.ts";
import { table } from "./figures.ts";
import { floodWires, type FloodWire } from "./flood-wire.ts";

const early = 1000;
const late = 10_000;
/** How much more memory may be in use after the late calls than after the early ones. */
const mostGrowth = 0.05;

const script = fileURLToPath(new URL("heap-child.ts", import.meta.url));
const run = promisify(execFile);

/** Prints what finished calls leave behind, on each wire. Resolves with whether every wire keeps within its bound. */
export async function heapGrowth(): Promise<boolean> {
  const upstream = await startFloodUpstream();
  const figures = await Promise.all(floodWires.map(async (wire) => ({ wire, ...(await measure(upstream.url, wire)) })));
  await upstream.stop();
  const rows = figures.map(({ wire, earlyBytes, lateBytes }) => [
    wire,
    ...[earlyBytes, lateBytes].map((bytes) => (bytes / 2 ** 20).toFixed(2)),
    `${(growth(earlyBytes, lateBytes) * 100).toFixed(1)} %`,
    ((lateBytes - earlyBytes) / (late - early)).toFixed(1),
    growth(earlyBytes, lateBytes) <= mostGrowth ? "pass" : "FAIL",
  ]);
  const head = [
    "wire",
    `MiB after ${early}`,
    `MiB after ${late}`,
    "growth",
    "bytes/call",
    `at most ${mostGrowth * 100} %`,
  ];
  console.log(
    `${table([head, ...rows])}\n(JavaScript heap after collection; one registry, one model, one caller's signal)\n`,
  );
  return figures.every(({ earlyBytes, lateBytes }) => growth(earlyBytes, lateBytes) <= mostGrowth);
}

function growth(earlyBytes: number, lateBytes: number): number {
  return lateBytes / earlyBytes - 1;
}

/** In a process of its own, so that only the calls use memory. */
async function measure(upstreamUrl: string, wire: FloodWire): Promise<{ earlyBytes: number; lateBytes: number }> {
  // Code that has not run for a while is dropped by default: megabytes that would hide what calls leave behind.
  const flags = [...process.execArgv, "--expose-gc", "--no-flush-bytecode"];
  const args = [...flags, script, upstreamUrl, wire, String(early), String(late)];
  const { stdout } = await run(process.execPath, args);
  const [earlyBytes, lateBytes] = stdout.trim().split("\n").map(Number);
  if (earlyBytes === undefined || lateBytes === undefined) throw new Error(`${script} printed ${stdout}`);
  return { earlyBytes, lateBytes };
}
