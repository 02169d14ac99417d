// LangChain for Python, with use_responses_api.
import { cut, httpError, teamScript, text } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { aimedAt, clientBlock } from "./document.ts";
import { doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { python, sharePython } from "./python-session.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const finalAnswer = "The final coordinated answer.";

describe.skipIf(python.skipped)("langchain-openai for Python on /v1/responses", () => {
  const team = shareTeam();
  const session = sharePython();
  const script = (what: string, ...rest: readonly string[]): Promise<unknown> =>
    session.script("langchain_responses", [`${team.url}/v1`, what, ...rest]);

  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    expect(await session.run(aimedAt(team.url, clientBlock("LangChain for Python", "python")))).toBe(finalAnswer);
  });

  it("invoke and stream: text and usage", async () => {
    team.plays(usualScript);
    // How many votes are counted before the third is not needed depends on their order.
    const answer = { text: finalAnswer, tokens: expect.toSatisfy((tokens: number) => tokens > 0) };
    expect(await script("text")).toEqual([answer, answer]);
  });

  it("bind_tools: five turns of one tool, then text", async () => {
    team.plays(doublingScript);
    expect(await script("tools", doublingQuestion)).toEqual({ given: [1, 2, 4, 8, 16], answer: doublingAnswer });
  });

  it("with_structured_output", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    expect(await script("output")).toEqual(reply);
  });

  it("a failed run is an OpenAIAPIError with its status and runs once, without a setting", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      expect(await script("failure")).toEqual({ type: "OpenAIAPIError", status: 502 });
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
