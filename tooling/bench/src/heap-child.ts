import { createRegistry } from "@massgen/providers";
import { floodModel, floodWires } from "./flood-wire.ts";
import { modelOf, modelRead } from "./model-read.ts";

// node --expose-gc --no-flush-bytecode heap-child.ts <upstream> <wire> <calls> <calls>...: prints the bytes in use
// after so many calls, a line each.
const [upstreamUrl = "", wireName, ...marks] = process.argv.slice(2);
const wire = floodWires.find((known) => known === wireName);
if (wire === undefined || !globalThis.gc)
  throw new Error("usage: node --expose-gc --no-flush-bytecode heap-child.ts <upstream> <wire> <calls>...");

const deltas = 5;
const registry = createRegistry({ env: {} });
const model = modelOf(registry, upstreamUrl, wire, floodModel({ delivery: "bulk", deltas }));
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

let calls = 0;
for (const mark of marks.map(Number)) {
  for (; calls < mark; calls++) await modelRead(model, deltas, signal);
  console.log(await bytesInUse());
}
await registry.close();
