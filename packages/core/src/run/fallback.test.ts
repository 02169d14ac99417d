// Runs of agents with a second model, from their calls to what comes out.
import { expect, it } from "vitest";
import { MassgenError } from "../errors.ts";
import { createTeam } from "../team.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import { newSetup } from "./new-setup.ts";
import { systemPorts } from "./ports.ts";
import { replay } from "./replay.ts";
import { resumeRun } from "./resume-run.ts";
import type { RunEvent } from "./run-event.ts";

const messages = [{ role: "user", content: "Why is the sky blue?" }] as const;

const retired = () =>
  scriptedModel(() => ({ error: new MassgenError("not-found", "the model gpt-3 was retired") }), { model: "gpt-3" });
const successor = (model = "gpt-5") => scriptedModel(() => "Because of Rayleigh.", { model });

it("the second model gets the same question, with its own sampling, and the run says so", async () => {
  const [old, next] = [retired(), successor()];
  const fallback = { model: next, sampling: { temperature: 0.5 } };
  const team = createTeam({
    agents: [{ id: "ada", model: old, systemMessage: "Be brief.", sampling: { topP: 0.1 }, fallback }],
  });
  const run = team.run({ messages });
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  expect(await run.answer()).toMatchObject({ text: "Because of Rayleigh.", receipt: { degraded: false } });
  expect(next.requests[0]?.messages).toEqual(old.requests[0]?.messages);
  expect([old, next].map(({ requests }) => requests.map(({ sampling }) => sampling))).toEqual([
    [{ topP: 0.1 }],
    [{ temperature: 0.5 }],
  ]);
  expect(events.find(({ type }) => type === "fallback-started")).toMatchObject({
    agentId: "ada",
    model: "gpt-5",
    failure: { code: "not-found" },
  });
  const { setup, log } = run.record();
  const fold = replay(setup);
  expect(log.flatMap((fact) => fold(fact)).at(-1)).toEqual(events.at(-1));
});

it("a second model that was replaced meanwhile is not called in a run that goes on", async () => {
  const request = { messages, delivery: "whole" } as const;
  const agents = [{ id: "ada", model: retired(), fallback: { model: successor() } }];
  const team = createTeam({ agents });
  const setup = newSetup(team.agents, team.settings, request, systemPorts);
  const other = successor("gpt-6");
  const journal = { append: () => Promise.resolve("kept" as const) };
  const changed = [{ id: "ada", model: retired(), fallback: { model: other } }];
  const run = resumeRun({ setup, agents: changed, request, log: [], elapsedMs: 0, journal });
  await expect(run.answer()).rejects.toMatchObject({ code: "configuration" });
  expect(other.requests).toEqual([]);
});
