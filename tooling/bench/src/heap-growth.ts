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
/** How many bytes a call may keep until the next full collection. */
export const mostKept = 1500;

const script = fileURLToPath(new URL("heap-child.ts", import.meta.url));
const run = promisify(execFile);

/** Prints what finished calls leave behind, on each wire. Resolves with whether every wire keeps within its bound. */
export async function heapGrowth(): Promise<boolean> {
  const upstream = await startFloodUpstream();
  const figures = await Promise.all(
    floodWires.map(async (wire) => ({ wire, ...(await heapFigures(upstream.url, wire, { early, late })) })),
  );
  await upstream.stop();
  const rows = figures.map(({ wire, earlyBytes, lateBytes, keptBytes }) => [
    wire,
    ...[earlyBytes, lateBytes].map((bytes) => (bytes / 2 ** 20).toFixed(2)),
    `${(growth(earlyBytes, lateBytes) * 100).toFixed(1)} %`,
    ((lateBytes - earlyBytes) / (late - early)).toFixed(1),
    String(keptBytes),
    keepsWithin({ earlyBytes, lateBytes, keptBytes }) ? "pass" : "FAIL",
  ]);
  const head = [
    "wire",
    `MiB after ${early}`,
    `MiB after ${late}`,
    "growth",
    "bytes/call",
    "kept by a call until a full collection",
    `at most ${mostGrowth * 100} %, and ${mostKept} bytes kept`,
  ];
  console.log(
    `${table([head, ...rows])}\n(JavaScript heap after collection; one registry, one model, one caller's signal)\n`,
  );
  return figures.every(keepsWithin);
}

function keepsWithin({ earlyBytes, lateBytes, keptBytes }: HeapFigures): boolean {
  return growth(earlyBytes, lateBytes) <= mostGrowth && keptBytes <= mostKept;
}

function growth(earlyBytes: number, lateBytes: number): number {
  return lateBytes / earlyBytes - 1;
}

interface HeapFigures {
  readonly earlyBytes: number;
  readonly lateBytes: number;
  readonly keptBytes: number;
}

/** Measured after that many calls, in a separate process, so that only the calls use memory. */
export async function heapFigures(
  upstreamUrl: string,
  wire: FloodWire,
  after: { readonly early: number; readonly late: number },
): Promise<HeapFigures> {
  // Code that has not run for a while is dropped by default: megabytes that would hide what calls leave behind.
  const flags = [...process.execArgv, "--expose-gc", "--no-flush-bytecode"];
  const args = [...flags, script, upstreamUrl, wire, String(after.early), String(after.late)];
  const { stdout } = await run(process.execPath, args);
  const [earlyBytes = NaN, lateBytes = NaN, keptBytes = NaN] = stdout.trim().split("\n").map(Number);
  if (Number.isNaN(earlyBytes + lateBytes + keptBytes)) throw new Error(`${script} printed ${stdout}`);
  return { earlyBytes, lateBytes, keptBytes };
}
