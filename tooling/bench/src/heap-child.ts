import { getHeapSpaceStatistics } from "node:v8";
import { createRegistry } from "@massgen/providers";
import { floodModel, floodWires } from "./flood-wire.ts";
import { modelOf, modelRead } from "./model-read.ts";

// node --expose-gc --no-flush-bytecode heap-child.ts <upstream> <wire> <calls> <calls>...: prints the bytes in use
// after that many calls, a line each; then the bytes that a call keeps alive until the next full collection.
const [upstreamUrl = "", wireName, ...marks] = process.argv.slice(2);
const wire = floodWires.find((known) => known === wireName);
if (wire === undefined || !globalThis.gc)
  throw new Error("usage: node --expose-gc --no-flush-bytecode heap-child.ts <upstream> <wire> <calls>...");

const deltas = 5;
const registry = createRegistry({ env: {} });
const model = modelOf(registry, upstreamUrl, wire, floodModel({ delivery: "bulk", deltas }));
const slowModel = modelOf(registry, upstreamUrl, wire, floodModel({ delivery: "single", deltas }));
/** One for all calls: what they leave on it stays. */
const { signal } = new AbortController();

const collections = 5;

async function bytesInUse(): Promise<number> {
  for (let n = 0; n < collections; n++) {
    await new Promise((resolve) => void setTimeout(resolve, 10));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

const batches = 100;
const batch = 5;

/**
 * What is still there when the calls are over and young objects were collected twice stays in the old generation until
 * a full collection, and was copied twice. With answers in several reads, as services send them.
 */
async function bytesKept(): Promise<number> {
  const before = oldBytes();
  for (let n = 0; n < batches; n++) {
    for (let call = 0; call < batch; call++) await modelRead(slowModel, deltas, signal);
    globalThis.gc?.({ type: "minor" });
  }
  for (let n = 0; n < 2; n++) globalThis.gc?.({ type: "minor" });
  return Math.round((oldBytes() - before) / (batches * batch));
}

function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "old_space")?.space_used_size ?? NaN;
}

let calls = 0;
for (const mark of marks.map(Number)) {
  for (; calls < mark; calls++) await modelRead(model, deltas, signal);
  console.log(await bytesInUse());
}
console.log(await bytesKept());
await registry.close();
