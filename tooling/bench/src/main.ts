import { cpus } from "node:os";
import { eventCosts } from "./event-costs.ts";
import { heapGrowth } from "./heap-growth.ts";
import { runCosts } from "./run-costs.ts";

/** Each prints its table; one that is bound to something resolves with whether it held. */
const benches = new Map<string, () => Promise<boolean | void>>([
  ["runs", runCosts],
  ["events", eventCosts],
  ["heap", heapGrowth],
]);

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !benches.has(name));
if (unknown === undefined) {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}\n`);
  for (const [name, bench] of benches) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    if ((await bench()) === false) process.exitCode = 1;
  }
} else {
  console.error(
    `There is no bench "${unknown}"; there are ${[...benches.keys()].join(", ")}. Without a name, all run.`,
  );
  process.exitCode = 2;
}
