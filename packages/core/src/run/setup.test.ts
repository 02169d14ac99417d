import { describe, expect, it } from "vitest";
import { scriptedModel } from "../testing/scripted-model.ts";
import type { RunRequest } from "../run-request.ts";
import type { CoordinationOptions } from "../coordination-options.ts";
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

  describe("a team is called lazily", () => {
    const crew = ["a", "b", "c", "d", "e"].map((id) => ({ id, model: seeing }));
    const look = { name: "look", parameters: { type: "object" } } as const;
    const lazy = (asked: Partial<RunRequest>, coordination: CoordinationOptions = {}) => {
      const { agents, settings } = createTeam({ agents: crew, coordination });
      return setupFor(agents, settings, request(asked), "run_1", "", 0).lazy;
    };

    it.each<[string, Partial<RunRequest>, CoordinationOptions, boolean]>([
      ["prose", {}, {}, false],
      ["tools", { tools: [look] }, {}, true],
      ["tools that must not be called", { tools: [look], toolChoice: "none" }, {}, false],
      ["JSON", { responseFormat: { type: "json-object" } }, {}, true],
      ["a format that is none", { responseFormat: { type: "text" } }, {}, false],
      ["prose, on", {}, { lazy: "on" }, true],
      ["tools, off", { tools: [look] }, { lazy: "off" }, false],
      ["tools, a quorum", { tools: [look] }, { lazy: "on", quorum: 3, stragglerGraceMs: 1 }, false],
      ["tools, exhaustive", { tools: [look] }, { lazy: "on", exhaustive: true }, false],
    ])("%s: %o %o", (_, asked, coordination, on) => {
      expect(lazy(asked, coordination) !== undefined).toBe(on);
    });

    it("from the same place in all turns of a conversation, and from any place over many", () => {
      const first = { role: "user", content: "Look at the sky." } as const;
      const turn = { role: "assistant", content: "", toolCalls: [{ id: "1", name: "look", arguments: "{}" }] } as const;
      const result = { role: "tool", toolCallId: "1", content: "blue" } as const;
      const tools = [look];
      expect(lazy({ tools, messages: [first, turn, result] })).toEqual(lazy({ tools, messages: [first] }));
      expect(lazy({ tools, cacheKey: "k", messages: [result] })).toEqual(lazy({ tools, cacheKey: "k" }));
      const places = Array.from(
        { length: 100 },
        (__, i) => lazy({ tools, messages: [{ role: "user", content: `${i}` }] })?.from,
      );
      expect(new Set(places)).toEqual(new Set([0, 1, 2, 3, 4]));
    });
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
