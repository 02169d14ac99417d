import { describe, expect, it } from "vitest";
import { isSettled, tally } from "./tally.ts";

/** "a a b": two ballots for a, one for b. */
function votes(list: string): Parameters<typeof tally>[1] {
  return list
    .split(" ")
    .filter((candidate) => candidate !== "")
    .map((candidate, i) => ({ voter: `voter ${i}`, candidate, reason: "" }));
}

describe("tally", () => {
  it("ranks by votes and knows who leads", () => {
    const result = tally(["a", "b", "c"], votes("c b c"));
    expect(result).toEqual({
      ranking: [
        { candidate: "c", votes: 2 },
        { candidate: "b", votes: 1 },
        { candidate: "a", votes: 0 },
      ],
      leaders: ["c"],
      cast: 3,
    });
  });

  it("has everyone lead who shares the first place", () => {
    expect(tally(["a", "b", "c"], votes("a b")).leaders).toEqual(["a", "b"]);
  });

  it("has every candidate lead when nobody voted", () => {
    expect(tally(["a", "b"], [])).toMatchObject({ leaders: ["a", "b"], cast: 0 });
  });

  it("does not depend on the order in which ballots came in", () => {
    expect(tally(["a", "b", "c"], votes("a b b"))).toEqual(tally(["a", "b", "c"], votes("b a b")));
  });
});

describe("a result is settled when the margin exceeds the ballots still out, strictly", () => {
  it.each([
    ["a a", 1, true],
    ["a a", 2, false],
    ["a a b", 1, false],
    ["a a a b", 1, true],
    ["a b", 0, false],
    ["", 0, false],
    ["a", 0, true],
  ])("votes %j, %i out: %s", (cast, out, settled) => {
    expect(isSettled(tally(["a", "b", "c"], votes(cast)), out)).toBe(settled);
  });
});
