import { createRegistry } from "@massgen/providers";
import { bareRead } from "./bare-read.ts";
import { startFloodUpstream } from "./child-server.ts";
import { median, table } from "./figures.ts";
import { floodEvents, floodModel, floodWires, type Flood } from "./flood-wire.ts";
import { modelOf, modelRead } from "./model-read.ts";

const deltas = 20_000;
const warmUps = 3;
const rounds = 11;
/** What the OpenAI wire may cost, in bare loops. */
const mostBareLoops = 2;

/**
 * Prints what an event of a long answer costs, on each wire: microseconds of this process's CPU, beside a bare loop on
 * the same upstream, in turns. Resolves with whether the OpenAI wire keeps within its bound.
 */
export async function eventCosts(): Promise<boolean> {
  const upstream = await startFloodUpstream();
  const registry = createRegistry({ env: {} });
  const { signal } = new AbortController();
  const rows = [["wire", "written", "bytes/event", "bare us", "massgen us", "ratio"]];
  let kept = true;
  for (const delivery of ["bulk", "single"] as const satisfies readonly Flood["delivery"][]) {
    for (const wire of floodWires) {
      const name = floodModel({ delivery, deltas });
      const model = modelOf(registry, upstream.url, wire, name);
      const bare: number[] = [];
      const ours: number[] = [];
      for (let round = 1; round <= warmUps + rounds; round++) {
        const bareUs = await cpuUs(() => bareRead(upstream.url, wire, name));
        const oursUs = await cpuUs(() => modelRead(model, deltas, signal));
        if (round <= warmUps) continue;
        bare.push(bareUs / deltas);
        ours.push(oursUs / deltas);
      }
      const ratio = median(ours) / median(bare);
      if (wire === "openai") kept &&= ratio <= mostBareLoops;
      const bytes = Math.round(Buffer.byteLength(floodEvents(wire, deltas).join("")) / deltas);
      const written = delivery === "bulk" ? "64 KiB pieces" : "one by one";
      rows.push([wire, written, String(bytes), ...[median(bare), median(ours), ratio].map((n) => n.toFixed(2))]);
    }
  }
  await registry.close();
  await upstream.stop();
  console.log(
    `${table(rows)}\n(CPU per event, median of ${rounds} answers of ${deltas} events; bare = fetch, eventsource-parser, JSON.parse)`,
  );
  console.log(`openai wire at most ${mostBareLoops} bare loops: ${kept ? "pass" : "FAIL"}\n`);
  return kept;
}

async function cpuUs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
