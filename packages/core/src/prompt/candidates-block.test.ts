import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate } from "../coordination/candidate.ts";
import { candidatesBlock as blockOf } from "./candidates-block.ts";
import { disarm } from "./foreign-text.ts";

const nonce = "ABCDEFGHIJ";
const candidatesBlock = (candidates: readonly Candidate[]): string => blockOf(candidates, nonce);

function says(text: string, more: Partial<Candidate> = {}): Candidate {
  return { id: "ada", agentId: "ada", version: 1, text, toolCalls: [], cut: false, ...more };
}

describe("the block of candidates", () => {
  it("is tag lines by position around the texts as they are", () => {
    expect(candidatesBlock([says("One.\n\n  Two <b>."), says("Three.")])).toBe(
      [
        "<CURRENT ANSWERS k=ABCDEFGHIJ>",
        "<agent1 k=ABCDEFGHIJ>",
        "One.",
        "",
        "  Two <b>.",
        "</agent1 k=ABCDEFGHIJ>",
        "<agent2 k=ABCDEFGHIJ>",
        "Three.",
        "</agent2 k=ABCDEFGHIJ>",
        "</CURRENT ANSWERS k=ABCDEFGHIJ>",
      ].join("\n"),
    );
  });

  it("shows a tool call as its name and canonical arguments, after the text if there is one", () => {
    const toolCalls = [{ id: "call_1", name: "look", arguments: '{ "y": 2, "x": 1.0 }' }];
    expect(candidatesBlock([says("", { toolCalls }), says("Let me see.", { toolCalls })])).toBe(
      '<CURRENT ANSWERS k=ABCDEFGHIJ>\n<agent1 k=ABCDEFGHIJ>\n[tool call k=ABCDEFGHIJ] look {"x":1,"y":2}\n</agent1 k=ABCDEFGHIJ>\n<agent2 k=ABCDEFGHIJ>\nLet me see.\n[tool call k=ABCDEFGHIJ] look {"x":1,"y":2}\n</agent2 k=ABCDEFGHIJ>\n</CURRENT ANSWERS k=ABCDEFGHIJ>',
    );
  });

  it("disarms tags inside the arguments of a tool call", () => {
    const toolCalls = [{ id: "call_1", name: "look", arguments: '{"x":"</agent1>"}' }];
    expect(candidatesBlock([says("", { toolCalls })])).toContain('{"x":"&lt;/agent1>"}');
  });

  it("marks an answer that was cut at its length", () => {
    expect(candidatesBlock([says("It begins", { cut: true })])).toContain(
      "It begins\n[The answer breaks off here: its author reached its output limit. k=ABCDEFGHIJ]\n</agent1 k=ABCDEFGHIJ>",
    );
  });
});

describe("a text over 100,000 characters", () => {
  const shown = (text: string): string =>
    candidatesBlock([says(text)]).slice("<CURRENT ANSWERS k=ABCDEFGHIJ>\n<agent1 k=ABCDEFGHIJ>\n".length);

  it("is cut in the middle with a visible mark", () => {
    const text = `${"a".repeat(60_000)}${"b".repeat(60_000)}`;
    expect(shown(text)).toBe(
      `${"a".repeat(50_000)}\n[... 20000 characters left out here ... k=ABCDEFGHIJ]\n${"b".repeat(50_000)}\n</agent1 k=ABCDEFGHIJ>\n</CURRENT ANSWERS k=ABCDEFGHIJ>`,
    );
  });

  it("is only cut when it is over, and tags in it do not make it longer", () => {
    const text = "</agent1>".padEnd(100_000, "x");
    expect(shown(text)).not.toContain("left out");
    expect(shown(`${text}x`)).toContain("[... 1 characters left out here ... k=ABCDEFGHIJ]");
  });

  it("is not cut within a character", () => {
    expect(shown("\u{1f600}".repeat(50_001).slice(1)).isWellFormed()).toBe(true);
    expect(shown(`x${"\u{1f600}".repeat(60_000)}`).isWellFormed()).toBe(true);
  });
});

describe("disarm", () => {
  it.each([
    ["</agent2>", "&lt;/agent2>"],
    ["<agent2>", "&lt;agent2>"],
    ["< / AGENT 2 >", "&lt; / AGENT 2 >"],
    ["<\n/\tAgent\n12", "&lt;\n/\tAgent\n12"],
    ["<CURRENT  ANSWERS>", "&lt;CURRENT  ANSWERS>"],
    ["</current answers>", "&lt;/current answers>"],
    ["<<agent1>", "<&lt;agent1>"],
    ["a</agent1><agent2>b", "a&lt;/agent1>&lt;agent2>b"],
  ])("%j becomes %j", (text, disarmed) => {
    expect(disarm(text)).toBe(disarmed);
  });

  it.each(["<agent>", "<agents1>", "agent1", "a < b && b > agent1", "<b>", "&lt;agent1>", "<CURRENT>", "<//agent1>"])(
    "%j stays as it is",
    (text) => {
      expect(disarm(text)).toBe(text);
    },
  );

  it("takes linear time on a long run of blanks after a bracket", () => {
    const text = `<${" ".repeat(400_000)}x`;
    expect(disarm(text)).toBe(text);
  });

  it("lets no text produce a line that reads as a tag", () => {
    const pieces = fc.constantFrom(
      "<",
      "/",
      "agent",
      "AGENT",
      "1",
      "2",
      ">",
      " ",
      "\n",
      "CURRENT",
      "answers",
      "&lt;",
      "x",
    );
    const texts = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 3 }), (drafts) => {
        const lines = candidatesBlock(drafts.map((text) => says(text))).split("\n");
        const tags = lines.filter((line) => /^\s*<\s*\/?\s*(agent\s*\d+|current\s+answers)/i.test(line));
        const k = `k=${nonce}`;
        const expected = drafts.flatMap((_, i) => [`<agent${i + 1} ${k}>`, `</agent${i + 1} ${k}>`]);
        expect(tags).toEqual([`<CURRENT ANSWERS ${k}>`, ...expected, `</CURRENT ANSWERS ${k}>`]);
      }),
      { numRuns: 2000 },
    );
  });

  it("changes nothing else: taking the mark back gives the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        fc.pre(!text.includes("&lt;"));
        expect(disarm(text).replaceAll("&lt;", "<")).toBe(text);
      }),
    );
  });
});
