import { expect, test } from "vitest";
import type { Engine } from "../../runs/engine.ts";
import { runQuery } from "./run-query.ts";

const read = (query: string, find?: Engine["find"]) =>
  runQuery({ query: Object.fromEntries(new URLSearchParams(query)) }, find === undefined ? {} : { find });

/** Every name means a team, or the default one. */
const teams: Engine["find"] = (model = "massgen") => ({ model: model === "massgen/fast" ? model : "massgen/deep" });
/** Names are models of whatever service has them; `massgen/` is for teams. */
const models: Engine["find"] = (model = "massgen") => {
  if (model.startsWith("massgen/")) throw new Error("there are no teams");
  return { model };
};

test.each<[string, Engine["find"], string]>([
  ["fast", teams, "massgen/fast"],
  ["massgen/fast", teams, "massgen/fast"],
  ["agent:ada", teams, "massgen/agent:ada"],
  // Of a team that is no more, there may be runs.
  ["gone", teams, "massgen/gone"],
  ["massgen", teams, "massgen"],
  ["gpt-4o", models, "gpt-4o"],
  ["gpt-4o", undefined, "gpt-4o"],
])("the team %s is known to the store by its whole name", (team, find, kept) => {
  expect(read(`team=${team}`, find).team).toBe(kept);
});

test.each([
  ["1767225600", 1_767_225_600_000],
  ["1767225600.5", 1_767_225_600_500],
  ["2026-01-01", 1_767_225_600_000],
  ["2026-01-01T00:00Z", 1_767_225_600_000],
  ["2026-01-01T01:00:00%2B01:00", 1_767_225_600_000],
])("since=%s", (since, ms) => {
  expect(read(`since=${since}`).sinceMs).toBe(ms);
});

test("runs that have not ended are an outcome of their own", () => {
  expect(read("outcome=open")).toEqual({ limit: 20, open: true });
  expect(read("outcome=tied")).toEqual({ limit: 20, outcome: "tied" });
});

test.each(["since=1e9", "since=2026", "since=yesterday", "since=2026-13-01", "since=-1", `team=${"x".repeat(257)}`])(
  "%s is refused",
  (query) => expect(() => read(query)).toThrow(/must be/),
);
