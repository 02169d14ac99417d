// Every fault, in every phase, of one agent, all but one and all of them, streamed and not, against one massgen
// process: what the client gets, what was called, and what the receipt says must be what the oracle worked out.
// MASSGEN_TESTS=all runs every cell, FAULT_MATRIX=<part of a name> those whose names it is in, and without these it is
// a sample.
import { describe, expect, it } from "vitest";
import { type Cell, cells, sample } from "./fault-matrix-cell.ts";
import { runMatrix } from "./fault-matrix-suite.ts";

describe("the fault matrix", () => {
  it("has every fault in every phase in its sample, and every way to fail and to listen in each phase", () => {
    const keyOf = ({ fault, phase }: Cell): string => `${fault.name} / ${phase}`;
    expect(sample.map(keyOf)).toEqual([...new Set(cells.map(keyOf))]);
    for (const wayOf of [
      ({ phase, extent, stream }: Cell) => `${phase} / ${extent} / ${stream}`,
      ({ phase, faulty }: Cell) => `${phase} / ${faulty.join()}`,
    ]) {
      expect(new Set(sample.map(wayOf))).toEqual(new Set(cells.map(wayOf)));
    }
  });

  runMatrix(cells, sample);
});
