import { describe, expect, it } from "vitest";
import { createTeam } from "../team.ts";
import { labelOf, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import type { RunEvent } from "./run-event.ts";
import { traceLines } from "./trace.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;

async function eventsOf(run: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

describe("a run", () => {
  it("asks two agents, holds a vote, and streams the winner's final answer: five calls", async () => {
    const script = (draft: string) =>
      scriptedModel((request) => {
        switch (phaseOf(request)) {
          case "draft":
            return draft;
          case "ballot":
            return vote(labelOf(request, "because of scattering"), "agent1 is right");
          case "presentation":
            return { pieces: ["Because ", "of ", "scattering."] };
        }
      });
    const a = script("because of scattering");
    const b = script("because of the sea");
    const team = createTeam({
      agents: [
        { id: "a", model: a },
        { id: "b", model: b },
      ],
    });
    const run = team.run({ messages });
    const events = await eventsOf(run);
    const result = await run.result;
    expect(result.text).toBe("Because of scattering.");
    expect(events.filter((e) => e.type === "content-delta").map((e) => e.text)).toEqual([
      "Because ",
      "of ",
      "scattering.",
    ]);
    expect(a.requests.map(phaseOf)).toEqual(["draft", "ballot", "presentation"]);
    expect(b.requests.map(phaseOf)).toEqual(["draft", "ballot"]);
    expect(result.receipt).toMatchObject({ outcome: "unanimous", winner: "a", presenter: "a", calls: { made: 5 } });
    expect(events.flatMap((e) => traceLines(e, "summary"))).toMatchInlineSnapshot(`
      [
        "[a] Drafting...",
        "[b] Drafting...",
        "[a] Answered (21 chars, 0.0 s)",
        "[b] Answered (18 chars, 0.0 s)",
        "[orchestrator] Vote 1: 2 agents, 2 answers",
        "[a] Voted for a: b is right",
        "[b] Voted for a: a is right",
        "[orchestrator] Selected a (2 of 2 votes)",
        "[a] Writing the final answer...",
      ]
    `);
  });
});
