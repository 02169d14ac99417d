import { MassgenError } from "@massgen/core";
import type { KeptRun, RunSummary } from "@massgen/runs";
import { expect, it } from "vitest";
import { exportRuns } from "./export-runs.ts";
import type { RunSource } from "./run-source.ts";

/** So many runs, the newest first; how many were found, and how large the largest page was. */
function manyRuns(count: number, damaged: string) {
  const summaries = Array.from({ length: count }, (_, at) => ({ id: `run_${at}` }) as RunSummary);
  const asked = { found: 0, page: 0 };
  const source: RunSource = {
    place: "a test",
    async list({ limit, after }) {
      const from = after === undefined ? 0 : summaries.findIndex(({ id }) => id === after) + 1;
      asked.page = Math.max(asked.page, limit);
      return summaries.slice(from, from + limit);
    },
    async find(id) {
      asked.found += 1;
      if (id === damaged) throw new MassgenError("configuration", "head is damaged");
      return { id, setup: { runId: id, secret: "hush" } } as KeptRun;
    },
    log: async () => [{ type: "cancelled", atMs: 1 }],
    close: async () => {},
  };
  return { source, asked };
}

it("goes through all pages, one run at a time; one that cannot be read is named and left out", async () => {
  const { source, asked } = manyRuns(250, "run_120");
  const lines: string[] = [];
  const left: string[] = [];
  const write = async (line: string): Promise<boolean> => {
    lines.push(line);
    // The next run is read once this one is taken.
    expect(asked.found).toBe(lines.length + left.length);
    return true;
  };
  expect(await exportRuns(source, {}, write, (id, message) => left.push(`${id}: ${message}`))).toBe(249);
  expect(left).toEqual(["run_120: head is damaged"]);
  expect(JSON.parse(lines[120] ?? "")).toEqual({
    run: { id: "run_121", setup: { runId: "run_121" } },
    log: [{ type: "cancelled", atMs: 1 }],
  });
  expect(asked.page).toBeLessThanOrEqual(100);
});

it("stops where nobody reads any more", async () => {
  const { source, asked } = manyRuns(250, "");
  let taken = 0;
  await exportRuns(source, {}, async () => (taken += 1) < 3, expect.unreachable);
  expect(asked.found).toBe(3);
});
