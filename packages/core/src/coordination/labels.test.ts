import { describe, expect, it } from "vitest";
import { labelAt, oneLine, relabel } from "./labels.ts";

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
    expect(relabel("agent10, agent1, reagent1, agent1x", ["ada"])).toBe("agent10, ada, reagent1, agent1x");
  });

  it("leaves labels beyond the ballot alone", () => {
    expect(relabel("agent3 and agent0", ["ada", "bob"])).toBe("agent3 and agent0");
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
