import { describe, expect, it } from "vitest";
import { labelAt, oneLine, relabel, unlisted } from "./labels.ts";

describe("labels", () => {
  it("go by position, from agent1", () => {
    expect([0, 1, 9].map(labelAt)).toEqual(["agent1", "agent2", "agent10"]);
  });
});

describe("relabel", () => {
  it("replaces the labels of a reason by the names of the same candidates, all at once", () => {
    expect(relabel("agent1 beats agent2", ["agent2", "agent1"])).toBe("agent2 beats agent1");
  });

  it("takes a label in any case and beside punctuation", () => {
    expect(relabel("Agent1's point; (AGENT2).", ["ada", "bob"])).toBe("ada's point; (bob).");
  });

  it("tells agent1 from agent10 and from words that contain it", () => {
    const names = Array.from({ length: 10 }, (_, i) => `name${i + 1}`);
    expect(relabel("agent10, agent1, reagent1, agent1x", names)).toBe("name10, name1, reagent1, agent1x");
  });

  it("makes labels beyond the ballot nobody's: to another reader they might be somebody's", () => {
    expect(relabel("agent3 and agent0", ["ada", "bob"])).toBe(`${unlisted} and ${unlisted}`);
  });
});

describe("oneLine", () => {
  it.each([
    ["line feeds", "one\ntwo\n\nthree"],
    ["carriage returns", "one\rtwo\r\nthree"],
    ["Unicode line ends", "one\u2028two\u2029three"],
    ["next line, form feed, vertical tab", "one\u0085two\f\vthree"],
  ])("makes one line of %s", (_, text) => {
    expect(oneLine(text)).toBe("one two three");
  });

  it("keeps tabs and everything visible", () => {
    expect(oneLine(" a\tb  c \n")).toBe("a\tb  c");
  });
});
