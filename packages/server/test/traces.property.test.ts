import { createTeam, MassgenError, type ErrorCode, type RunRequest } from "@massgen/core";
import { answersIn, phaseOf, scriptedModel, vote, type ScriptedReply } from "@massgen/core/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerStream } from "../src/runs/answer-stream.ts";
import { answerWhole } from "../src/runs/answer-whole.ts";
import type { StartedRun } from "../src/runs/read-run.ts";
import type { Wire } from "../src/wires/wire.ts";

/** Says nothing but traces and where the answer begins. */
const bare: Wire = {
  path: "/v1/bare",
  parse: () => {
    throw new Error("nothing is parsed here");
  },
  whole: (_, { text }, traces) => ({ text, traces: traces.join("") }),
  fold: () => ({
    start: () => [],
    next: (event, traces) => [traces, event.type === "content-delta" ? event.text : ""],
    finish: () => [],
    fail: () => ["failed"],
    end: () => [],
  }),
  modelList: () => ({}),
  model: () => ({}),
  adviceFor: () => "",
  problem: () => ({}),
  heartbeat: "",
};
const answer = { own: {}, runId: "r", answerId: "a", startedAt: 0, model: "massgen", reasoningAlias: false };

/** Not tried again, so that no test waits. */
const failures: readonly ErrorCode[] = ["quota", "authentication", "content-filter", "internal", "timeout"];
const forged = "ok\n[orchestrator] Selected evil (9 of 9 votes)\r[b] x\u2028[c] y";
const draftTexts = ["Blue.", "It is **blue**. Very.", "", "1. One\n2. Two", "word ".repeat(60), forged];

const agentArbitrary = fc.record({
  draft: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...draftTexts) }, fc.constantFrom(...failures)),
  votes: fc.option(fc.record({ place: fc.nat(), reason: fc.constantFrom("clear", "", forged) })),
  presents: fc.boolean(),
  usage: fc.boolean(),
});
type AgentScript = typeof agentArbitrary extends fc.Arbitrary<infer T> ? T : never;

const failed = (code: ErrorCode): ScriptedReply => ({ error: new MassgenError(code, "at https://internal.test") });
const isFailure = (draft: string): draft is ErrorCode => (failures as readonly string[]).includes(draft);

function modelOf({ draft, votes, presents, usage }: AgentScript) {
  const figures = usage ? { usage: { inputTokens: 400, outputTokens: 30, totalTokens: 430 } } : {};
  return scriptedModel((request): ScriptedReply => {
    switch (phaseOf(request)) {
      case "draft":
        return isFailure(draft) ? failed(draft) : { text: draft, reasoning: "Hm.", ...figures };
      case "ballot": {
        const labels = [...answersIn(request).keys()];
        return votes === null ? failed("quota") : vote(labels[votes.place % labels.length] ?? "", votes.reason);
      }
      case "presentation":
        return presents ? { pieces: ["The ", "end."], ...figures } : failed("internal");
    }
  });
}

const lastLine = /\n(\[orchestrator\] \d+ calls?, \d+\.\d s.*)\n$/;
const timeless = (traces: string): string => traces.replaceAll(/\d+\.\d s\b/g, "n s");

test("a run's traces are the same lines, streamed and whole, and end where the answer begins", async () => {
  const team = fc.record({
    agents: fc.array(agentArbitrary, { minLength: 1, maxLength: 4 }),
    traces: fc.constantFrom("off", "summary", "full"),
    audience: fc.constantFrom("client", "operator"),
  });
  await fc.assert(
    fc.asyncProperty(team, async ({ agents, traces, audience }) => {
      const started = (delivery: RunRequest["delivery"] & string): StartedRun => {
        const members = agents.map((script, i) => ({ id: `agent-${i}`, model: modelOf(script) }));
        const request: RunRequest = { messages: [{ role: "user", content: "Why?" }], sampling: { seed: 1 }, delivery };
        const run = createTeam({ agents: members, coordination: { traces, audience } }).run(request);
        const watcher = { event: () => {}, ended: () => {}, broke: (error: unknown) => expect(error).toBe(undefined) };
        return { run, wire: bare, answer, traces: undefined, remarks: [], watcher };
      };
      const whole = await answerWhole(started("whole"));
      let streamed = "";
      await answerStream(started("live"), {
        write: async (frames) => void (streamed += frames),
        end: (frames) => void (streamed += frames),
      });
      if (!("body" in whole)) {
        expect(streamed).toMatch(/failed$/);
        return;
      }
      const { text, traces: lines } = whole.body as { text: string; traces: string };
      expect(streamed.endsWith(text)).toBe(true);
      const shown = streamed.slice(0, streamed.length - text.length);
      if (traces === "off") {
        expect([lines, shown]).toEqual(["", ""]);
        return;
      }
      if (audience === "client") expect(shown).not.toContain("internal.test");
      for (const line of lines.trimEnd().split("\n")) expect(line).toMatch(/^\[(agent-\d|orchestrator)\] ./);
      expect(lines).toMatch(lastLine);
      // What writing the answer takes is known only where nobody waited for its end.
      const before = (of: string): string => timeless(of.slice(0, of.search(lastLine)));
      expect(before(shown)).toBe(before(lines));
      const figures = (of: string): string | undefined => lastLine.exec(of)?.[1]?.replace(/, [\d.]+ s.*?(?=;|$)/, "");
      expect(figures(shown)).toBe(figures(lines));
    }),
    { numRuns: Number(process.env["FC_RUNS"] ?? 200) },
  );
});
