import { describe, expect, it } from "vitest";
import { scriptedModel } from "../testing/scripted-model.ts";
import type { RunRequest } from "../run-request.ts";
import { createTeam } from "../team.ts";
import { setupFor } from "./setup.ts";

const blind = scriptedModel(() => "", { model: "blind", capabilities: { images: false } });
const seeing = scriptedModel(() => "", { model: "seeing" });
const team = createTeam({
  agents: [
    { id: "a", model: blind, systemMessage: "123456", sampling: { maxOutputTokens: 100 } },
    { id: "b", model: seeing },
  ],
  coordination: { deadlineMs: 10_000 },
});

const request = (more: Partial<RunRequest> = {}): RunRequest => ({
  messages: [{ role: "user", content: "123" }],
  ...more,
});

describe("what the rules know of a run", () => {
  it("an agent without eyes is unable only when there are images", () => {
    const able = (asked: RunRequest): boolean[] =>
      setupFor(team.agents, team.settings, asked, "run_1", "", 0).members.map((member) => member.able);
    expect(able(request())).toEqual([true, true]);
    const image = { type: "image", url: "data:image/png;base64,AA" } as const;
    expect(able(request({ messages: [{ role: "user", content: [image] }] }))).toEqual([false, true]);
  });

  it("prompt tokens are characters / 3, the agent's own instructions included; output is the configured limit first", () => {
    const { members } = setupFor(
      team.agents,
      team.settings,
      request({ sampling: { maxOutputTokens: 7 } }),
      "run_1",
      "",
      0,
    );
    expect(members).toMatchObject([
      { promptTokens: 3, outputTokens: 100 },
      { promptTokens: 1, outputTokens: 7 },
    ]);
  });

  it("draws depend on the request, not on the run", () => {
    const drawSeed = (asked: RunRequest, runId: string): string =>
      setupFor(team.agents, team.settings, asked, runId, "", 0).drawSeed;
    expect(drawSeed(request(), "run_1")).toBe(drawSeed(request(), "run_2"));
    expect(drawSeed(request({ messages: [{ role: "user", content: "124" }] }), "run_1")).not.toBe(
      drawSeed(request(), "run_1"),
    );
  });

  it("what may turn out not to be what the client demanded is held back, and a call is never revised into a text", () => {
    const setup = (asked: Partial<RunRequest>) => setupFor(team.agents, team.settings, request(asked), "run_1", "", 0);
    const demanding: readonly Partial<RunRequest>[] = [
      { responseFormat: { type: "json-object" } },
      { toolChoice: "required" },
      { toolChoice: { name: "look" } },
    ];
    expect(demanding.map((asked) => setup(asked).delivery)).toEqual(["whole", "whole", "whole"]);
    expect(setup({ responseFormat: { type: "text" }, toolChoice: "none" }).delivery).toBe("live");
    expect(demanding.map((asked) => setup(asked).settings.maxNewAnswersPerAgent)).toEqual([2, 1, 1]);
  });

  it("the deadline is the sooner of the team's and the request's; delivery is live unless asked otherwise", () => {
    expect(
      setupFor(team.agents, team.settings, request({ deadlineMs: 99_000 }), "run_1", "", 0).settings.deadlineMs,
    ).toBe(10_000);
    expect(
      setupFor(team.agents, team.settings, request({ deadlineMs: 5000 }), "run_1", "", 0).settings.deadlineMs,
    ).toBe(5000);
    expect(setupFor(team.agents, team.settings, request(), "run_1", "", 0).delivery).toBe("live");
    expect(setupFor(team.agents, team.settings, request({ delivery: "whole" }), "run_1", "", 0).delivery).toBe("whole");
  });
});
