// OpenAI's Agents SDK for Python, which uses the Responses API.
import { cut, httpError, teamScript, text, toolCalls } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { aimedAt, clientBlock } from "./document.ts";
import { doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { python, sharePython } from "./python-session.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

describe.skipIf(python.skipped)("openai-agents for Python", () => {
  const team = shareTeam();
  const session = sharePython();
  const script = (what: string, ...rest: readonly string[]): Promise<unknown> =>
    session.script("agents", [`${team.url}/v1`, what, ...rest]);

  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    const lines = aimedAt(team.url, clientBlock("OpenAI Agents SDK for Python", "python"));
    expect(await session.run(lines)).toBe("The final coordinated answer.\n");
  });

  it("five turns of one tool, then text; whole and streamed", async () => {
    team.plays(doublingScript);
    expect(await script("tools", doublingQuestion)).toEqual({
      given: [1, 2, 4, 8, 16, 1, 2, 4, 8, 16],
      answer: doublingAnswer,
      streamed: doublingAnswer,
      said: doublingAnswer,
    });
  });

  it("a handoff to another agent, which answers", async () => {
    const handsOver = "transfer_to_maths";
    const draft = teamScript({
      draft: (call) => (call.tools.includes(handsOver) ? toolCalls([{ name: handsOver, arguments: {} }]) : text("100")),
    });
    team.plays(draft);
    expect(await script("handoff")).toEqual({ answer: "100", by: "Maths" });
  });

  it("an output type", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    expect(await script("output")).toEqual(reply);
  });

  it("a failed run is OpenAI's InternalServerError and runs once, without a setting", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      expect(await script("failure")).toEqual({ type: "InternalServerError", status: 502 });
    });
    expect(runs).toBe(1);
  });

  it("a stream that breaks is an error after the text that came, and runs once", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const runs = await team.runsOf(async () => {
      expect(await script("broken")).toMatchObject({ said: "Half an ", failed: expect.any(String) });
    });
    expect(runs).toBe(1);
  });
});
