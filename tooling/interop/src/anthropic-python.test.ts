// Anthropic's official client for Python.
import { cut, httpError, teamScript, text } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { aimedAt, clientBlock } from "./document.ts";
import { doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { python, sharePython } from "./python-session.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const finalAnswer = "The final coordinated answer.";
const selected = "[orchestrator] Selected a (2 of ";

describe.skipIf(python.skipped)("anthropic for Python", () => {
  const team = shareTeam();
  const session = sharePython();
  const script = (what: string, ...rest: readonly string[]): Promise<unknown> =>
    session.script("messages", [team.url, what, ...rest]);

  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    const lines = aimedAt(team.url, clientBlock("Anthropic SDK for Python", "python"));
    expect(await session.run(lines)).toBe(finalAnswer);
  });

  it("create and stream, with and without thinking", async () => {
    team.plays(usualScript);
    expect(await script("create")).toEqual({
      stop_reason: "end_turn",
      blocks: ["text"],
      text: finalAnswer,
      request_id: true,
      thinking: expect.stringContaining(selected),
    });
    expect(await script("stream")).toEqual({
      said: finalAnswer,
      stop_reason: "end_turn",
      blocks: ["thinking", "text"],
    });
  });

  it("parse() with pydantic", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    expect(await script("parse")).toEqual(reply);
  });

  it("tool_runner: five turns of one tool, then text", async () => {
    team.plays(doublingScript);
    expect(await script("tools", doublingQuestion)).toEqual({ given: [1, 2, 4, 8, 16], answer: doublingAnswer });
  });

  it("count_tokens, and refused requests as the client's own classes", async () => {
    expect(await script("count")).toBeGreaterThan(0);
    expect(await script("refused")).toEqual([
      { type: "NotFoundError", request_id: true },
      { type: "BadRequestError", request_id: true },
    ]);
  });

  it("a failed run is an InternalServerError and runs once, though the client retries twice by default", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      const message = expect.stringContaining("a: ");
      expect(await script("failure")).toEqual({ type: "InternalServerError", status: 502, message });
    });
    expect(runs).toBe(1);
  });

  it("a stream that breaks is an error after the text that came, and runs once", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const runs = await team.runsOf(async () => {
      const message = expect.stringContaining("a: ");
      expect(await script("broken")).toEqual({ said: "Half an ", failed: expect.any(String), message });
    });
    expect(runs).toBe(1);
  });
});
