import { expect, test } from "vitest";
import { startFloodUpstream } from "./child-server.ts";
import { floodWires } from "./flood-wire.ts";
import { heapFigures, mostKept } from "./heap-growth.ts";

test.for(floodWires)("a call that is over keeps nothing alive, %s", async (wire) => {
  const upstream = await startFloodUpstream();
  try {
    const { keptBytes } = await heapFigures(upstream.url, wire, { early: 100, late: 200 });
    expect(keptBytes).toBeLessThan(mostKept);
  } finally {
    await upstream.stop();
  }
});
