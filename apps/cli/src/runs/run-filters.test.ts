import { expect, it } from "vitest";
import { pageOf, runIdOf } from "./run-filters.ts";

const now = Date.UTC(2026, 0, 31, 12);
const hour = 3_600_000;

it.each([
  ["30m", now - hour / 2],
  ["12h", now - 12 * hour],
  ["2w", now - 14 * 24 * hour],
  ["2026-01-30", Date.UTC(2026, 0, 30)],
  ["2026-01-30 08:30", Date.UTC(2026, 0, 30, 8, 30)],
  ["2026-01-30T08:30:10Z", Date.UTC(2026, 0, 30, 8, 30, 10)],
  ["2026-01-30T08:30+01:00", Date.UTC(2026, 0, 30, 7, 30)],
])("--since %s", (since, ms) => expect(pageOf({ since }, now).sinceMs).toBe(ms));

it.each(["", "h", "1y", "2026-13-01", "30.1.2026", "2026-01-30T25:00", "999999h"])("--since %j is refused", (since) =>
  expect(() => pageOf({ since }, now)).toThrow(/^--since: must be 30m/),
);

it.each(["0", "1001", "1.5", "-1", "1e2", ""])("--limit %j is refused", (limit) =>
  expect(() => pageOf({ limit }, now)).toThrow(/^--limit/),
);

it("teams go by the names under which clients find them, runs by any id that clients see", () => {
  expect(pageOf({ team: "deep", outcome: "open" }, now)).toEqual({ limit: 20, team: "massgen/deep", open: true });
  expect(pageOf({ team: "massgen" }, now).team).toBe("massgen");
  const digits = "0123456789abcdef0123456789abcdef";
  for (const id of [`run_${digits}`, `resp_${digits}`, `chatcmpl-${digits}`]) expect(runIdOf(id)).toBe(`run_${digits}`);
  expect(runIdOf("run_other")).toBe("run_other");
});
