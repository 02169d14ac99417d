// The official client for Python, on /v1/responses.
import { cut, hang, httpError, teamScript, text } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { aimedAt, clientBlocks } from "./document.ts";
import { doublingAnswer, doublingQuestion, doublingScript } from "./doubling-team.ts";
import { python, sharePython } from "./python-session.ts";
import { shareTeam, usualScript } from "./shared-team.ts";

const finalAnswer = "The final coordinated answer.";
const selected = "[orchestrator] Selected a (2 of ";

describe.skipIf(python.skipped)("openai for Python on /v1/responses", () => {
  const team = shareTeam();
  const session = sharePython();
  const script = (what: string, ...rest: readonly string[]): Promise<unknown> =>
    session.script("responses", [`${team.url}/v1`, what, ...rest]);

  it("the documented lines print the answer", async () => {
    team.plays(usualScript);
    const [, lines = ""] = clientBlocks("OpenAI SDK for Python", "python");
    expect(await session.run(aimedAt(team.url, lines))).toBe(finalAnswer);
  });

  it("create and stream()", async () => {
    team.plays(usualScript);
    const summary = expect.stringContaining(selected);
    expect(await script("create")).toEqual({ status: "completed", text: finalAnswer, summary });
    expect(await script("stream")).toEqual({ status: "completed", text: finalAnswer, said: finalAnswer, summary });
  });

  it("parse() with pydantic, whole and streamed", async () => {
    const reply = { question: "25 * 4", result: 100 };
    team.plays(teamScript({ draft: () => text(JSON.stringify(reply)) }));
    expect(await script("parse")).toEqual([reply, reply]);
  });

  it("five turns of one tool by previous_response_id, then text", async () => {
    team.plays(doublingScript);
    expect(await script("tools", doublingQuestion)).toEqual({ given: [1, 2, 4, 8, 16], answer: doublingAnswer });
  });

  it("in the background: a stream is left and resumed, by retrieve and by stream()", async () => {
    team.plays(usualScript);
    const runs = await team.runsOf(async () => {
      const { numbers, again, ...rest } = (await script("resume")) as { numbers: number[]; again: number[] };
      expect(rest).toEqual({ said: finalAnswer, status: "completed", text: finalAnswer });
      expect(numbers).toEqual(numbers.map((_, at) => at));
      expect(again).toEqual(numbers.slice(4));
    });
    expect(runs).toBe(1);
  });

  it("in the background: cancelled", async () => {
    team.plays(teamScript({ draft: () => hang() }));
    expect(await script("cancel")).toEqual(["in_progress", "cancelled", "cancelled"]);
    await team.upstream.idle();
  });

  it("a failed run is an InternalServerError and runs once, though the client retries twice by default", async () => {
    team.plays(teamScript({ draft: () => httpError(401) }));
    const runs = await team.runsOf(async () => {
      const message = expect.stringContaining("a: ");
      expect(await script("failure")).toEqual({ type: "InternalServerError", status: 502, message });
    });
    expect(runs).toBe(1);
  });

  it("a stream that breaks is an APIError after the text that came, and runs once", async () => {
    team.plays(teamScript({ votesFor: "a-model", presentation: () => cut("Half an ") }));
    const runs = await team.runsOf(async () => {
      const message = expect.stringContaining("a: ");
      expect(await script("broken")).toEqual({ said: "Half an ", failed: "APIError", message });
    });
    expect(runs).toBe(1);
  });
});
