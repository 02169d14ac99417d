import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { concurrency, firstByte } from "./concurrency.ts";
import { eventCosts } from "./event-costs.ts";
import { firstRequest } from "./first-request.ts";
import { hangUp } from "./hang-up.ts";
import { heapGrowth } from "./heap-growth.ts";
import { heldRuns } from "./held-runs.ts";
import { lazyLoop } from "./lazy-loop.ts";
import { paired } from "./paired.ts";
import { relayCost } from "./relay-cost.ts";
import { runTime } from "./run-time.ts";
import { soak } from "./soak.ts";
import { startTime } from "./start-time.ts";
import { watcher } from "./watcher.ts";
import { wireCosts } from "./wire-costs.ts";

const { values, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "10" }, against: { type: "string" } },
});
const { against } = values;
const minutes = Number(values.minutes);

/** Each prints its table, and resolves with whether every figure kept within its bound. */
const benches = new Map<string, () => Promise<boolean>>([
  ["run-time", runTime],
  ["concurrency", concurrency],
  ["first-byte", firstByte],
  ["relay", relayCost],
  ["held", heldRuns],
  ["start", startTime],
  ["first-request", firstRequest],
  ["hang-up", hangUp],
  ["lazy", lazyLoop],
  ["watcher", watcher],
  // Loaded when their turn comes: what they load and hold would weigh on the figures of others.
  ["hostile-clients", async () => (await import("./hostile-clients.ts")).hostileClients()],
  ["events", eventCosts],
  ["wires", wireCosts],
  ["heap", heapGrowth],
  ["hostile", async () => (await import("./hostile-texts.ts")).hostileTexts()],
  ["kept", async () => (await import("./kept-runs.ts")).keptRuns()],
  ["several-servers", async () => (await import("./several-servers.ts")).severalServers()],
  ["soak", () => soak(minutes)],
]);
// It takes another checkout to compare with.
if (against !== undefined) benches.set("paired", () => paired(against));

const unknown = asked.find((name) => !benches.has(name));
if (unknown !== undefined) {
  console.error(
    `There is no bench "${unknown}"; there are ${[...benches.keys()].join(", ")}. Without a name, all run.`,
  );
  process.exitCode = 2;
} else if (!(minutes > 0)) {
  console.error(`--minutes takes a number above 0, not "${values.minutes}".`);
  process.exitCode = 2;
} else {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}\n`);
  for (const [name, bench] of benches) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n${name}`);
    if (!(await bench())) process.exitCode = 1;
  }
}
