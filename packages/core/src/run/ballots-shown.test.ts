import { expect, it } from "vitest";
import { createTeam } from "../team.ts";
import { answersIn, newAnswer, phaseOf, scriptedModel, vote } from "../testing/scripted-model.ts";
import { ballotsShown } from "./ballots-shown.ts";
import { answerNowIn } from "./standing.ts";

it("says in which order each voter saw the answers, round by round", async () => {
  /** What the voters were shown, as the models read it: texts in their order. */
  const read = new Map<string, readonly string[]>();
  const agents = ["a", "b", "c"].map((id) => ({
    id,
    model: scriptedModel((request, n) => {
      const phase = phaseOf(request);
      if (phase === "draft") return `${id} says`;
      if (phase === "presentation") return "the answer";
      const shown = answersIn(request);
      read.set(`${n === 2 ? 1 : 2} ${id}`, [...shown.values()]);
      return n === 2 && id === "a" ? newAnswer("a says more") : vote([...shown.keys()][0] ?? "");
    }),
  }));
  const run = createTeam({ agents }).run({ messages: [{ role: "user", content: "Why?" }] });
  await run.answer();
  const { setup, log } = run.record();
  const texts = new Map<string, string>();
  for await (const event of run.events()) {
    if (event.type === "draft-finished" || event.type === "answer-revised") {
      texts.set(event.candidate.id, event.candidate.text);
    }
  }
  const ballots = ballotsShown(setup, log);
  expect(ballots.map(({ round }) => round)).toEqual([1, 1, 1, 2, 2, 2]);
  for (const { round, voter, candidates } of ballots) {
    const shown = candidates.map((id) => texts.get(id));
    expect([round, voter, shown]).toEqual([round, voter, read.get(`${round} ${voter}`)]);
  }
  expect(answerNowIn(setup, log)).toBe("none");
  expect(answerNowIn(setup, [])).toBe("waiting");
});
