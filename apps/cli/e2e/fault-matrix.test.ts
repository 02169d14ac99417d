// Every fault, in every phase, of one agent, all but one and all of them, streamed and not, against one massgen
// process: what the client gets, what was called, and what the receipt says must be what the oracle worked out.
// MASSGEN_TESTS=all runs every cell, FAULT_MATRIX=<part of a name> those whose names it is in, and without these it is
// a sample.
import { describe, expect, it } from "vitest";
import { agents, type Cell, cells, sample } from "./fault-matrix-cell.ts";
import { runMatrix } from "./fault-matrix-suite.ts";

describe("the fault matrix", () => {
  it("has every fault in every phase in its sample, with every wire among those who fail and those who go on", () => {
    const keyOf = ({ fault, phase }: Cell): string => `${fault.name} / ${phase}`;
    const ofSample = Map.groupBy(sample, keyOf);
    expect([...ofSample.keys()]).toEqual([...new Set(cells.map(keyOf))]);
    for (const some of ofSample.values()) {
      const failing = some.flatMap(({ extent, faulty }) => (extent === "all" ? [] : faulty));
      expect(failing.toSorted()).toEqual(agents.map(({ id }) => id));
    }
    for (const extent of ["one agent", "all but one", "all"]) {
      const kinds = sample.filter((cell) => cell.extent === extent).map((cell) => `${cell.phase} ${cell.stream}`);
      expect(new Set(kinds).size).toBe(6);
    }
  });

  runMatrix(cells, sample);
});
