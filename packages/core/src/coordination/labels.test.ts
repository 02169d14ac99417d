import { describe, expect, it } from "vitest";
import { labelAt, oneLine, reasonLine, relabel, unlisted } from "./labels.ts";

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

describe("relabel, whatever a label looks like", () => {
  it.each([
    ["Agent 1", "ada"],
    ["_agent1_, **agent_2**", "_ada_, **bob**"],
    ["agent-1 and agent #2", "ada and bob"],
    ["<agent1 k=ABCDEFGHIJ>", "<ada>"],
    ["agent1 k=ABCDEFGHIJ is best", "ada is best"],
    ["ａｇｅｎｔ１", "ada"],
    ["age\u200bnt\u00ad1", "ada"],
    ["\u0430gent1", "ada"],
    ["agent\u0661", "ada"],
    ["agent01", "ada"],
    ["agent1的回答", "ada的回答"],
    ["agents 1 and 2", "ada and bob"],
    ["Agents 1, 2, and 3 differ", `ada, bob, and ${unlisted} differ`],
    ["agents 1-2", "ada, bob"],
    ["agents 1 to 3 agree", `ada, bob, ${unlisted} agree`],
    ["agent 1 and 2 more", "ada and 2 more"],
    ["agent(1), agent:2", "(ada), bob"],
    ["agent no. 1, Agent Number 2, agent №1", "ada, bob, ada"],
    ["agent **1** and agent `2`", "**ada** and `bob`"],
    ["The best agent. 2 reasons: agent: 1 is short", "The best agent. 2 reasons: agent: 1 is short"],
  ])("%j becomes %j", (reason, shown) => {
    expect(relabel(reason, ["ada", "bob"])).toBe(shown);
  });

  it("joins no label and what stands behind it to another label", () => {
    expect(relabel(`agent1 k=${"A".repeat(16)}9`, ["agent2"])).toBe(`agent2 k=${"A".repeat(16)}9`);
    expect(relabel("agent1\u200b0", ["agent2"])).toBe(unlisted);
  });
});

describe("a reason as it is kept", () => {
  it("is one line of 500 characters at most", () => {
    expect(reasonLine("so\n\nit is")).toBe("so it is");
    expect(reasonLine("x".repeat(600))).toBe(`${"x".repeat(499)}…`);
    expect(reasonLine("\u0000".repeat(10_000))).toHaveLength(1);
  });

  it("has no label cut to another one", () => {
    expect(reasonLine(`${"x".repeat(492)} agent12 is best`)).toBe(`${"x".repeat(492)}…`);
    expect(reasonLine(`${"x".repeat(480)} agent1${"\u200b".repeat(3000)}2`)).toBe(`${"x".repeat(480)}…`);
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

  it("reorders nothing", () => {
    expect(oneLine("x \u202e)1 fo 1(\u202c \u2067y\u2069")).toBe("x )1 fo 1( y");
  });

  it("keeps tabs and everything visible", () => {
    expect(oneLine(" a\tb  c \n")).toBe("a\tb  c");
  });
});
