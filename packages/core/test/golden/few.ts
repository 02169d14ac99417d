import type { ToolCall } from "../../src/model/message.ts";
import { type Scenario, type ScenarioOptions, scenario } from "../../src/testing/scenario.ts";
import { answerNow, at, broken, crash, present, vote } from "./moves.ts";

const look: ToolCall = { id: "1", name: "look", arguments: '{"at":"sky"}' };

const five = (more: Partial<ScenarioOptions> = {}): Scenario =>
  scenario({ agents: ["a", "b", "c", "d", "e"], lazyFrom: 3, ...more });

/** A lazy run at its vote, which nobody may turn by a new answer. */
function voting(more: Partial<ScenarioOptions> = {}): Scenario {
  const run = five({ ...more, settings: { maxNewAnswersPerAgent: 1, selfVotes: "allow", ...more.settings } });
  for (const id of ["a", "d", "e", "b", "c"]) run.drafts(id, `The answer of ${id}.`);
  return run;
}

/** Runs that call as many agents as can decide, and runs that call everybody to the end. */
export const few: Readonly<Record<string, () => Scenario>> = {
  "lazy agreement"() {
    const run = five();
    for (const id of ["e", "a", "d"]) run.drafts(id, "", { toolCalls: [look], finishReason: "tool-calls" });
    return run;
  },
  "lazy, answers differ"() {
    const run = five({ delivery: "whole" });
    run.drafts("a", "42");
    run.drafts("d", "43");
    for (const id of ["b", "c"]) run.drafts(id, "42.0");
    return run;
  },
  "lazy, one fails"() {
    const run = five();
    run.fails("a");
    for (const id of ["b", "d", "e"]) run.drafts(id, "42");
    return run;
  },
  "lazy, repaired"() {
    const run = five({ delivery: "whole" });
    run.drafts("a", "no json", broken);
    for (const id of ["a", "b", "c"]) run.drafts(id, "{}");
    return run;
  },
  "lazy, hedged"() {
    const run = five();
    at(run, 1500).drafts("d", "42");
    at(run, 6500).fires("hedge");
    for (const id of ["b", "c"]) run.drafts(id, "42");
    return run;
  },
  "lazy, resumed"() {
    const run = five();
    at(run, 1500).drafts("d", "42");
    crash(at(run, 90_000));
    at(run, 96_500).fires("hedge");
    for (const id of ["b", "c"]) run.drafts(id, "42");
    return run;
  },
  "lazy, answer now"() {
    const run = five();
    answerNow(run);
    run.drafts("d", "42");
    return run;
  },
  "lazy vote"() {
    const run = voting();
    for (const id of ["a", "d", "e"]) vote(run, id, "b");
    present(run);
    return run;
  },
  "lazy vote, undecided"() {
    const run = voting();
    vote(run, "a", "b");
    vote(run, "d", "c");
    for (const id of ["e", "b", "c"]) if (run.live().includes(`${id} ballot`)) vote(run, id, "b");
    present(run);
    return run;
  },
  "exhaustive agreement"() {
    const run = scenario({ agents: ["a", "b", "c"], settings: { exhaustive: true } });
    for (const id of ["a", "b"]) run.drafts(id, "42");
    run.drafts("c", "43");
    for (const id of ["a", "b", "c"]) vote(run, id);
    return run;
  },
  "exhaustive vote"() {
    const run = scenario({ agents: ["a", "b", "c"], settings: { exhaustive: true, selfVotes: "allow" } });
    for (const id of ["a", "b", "c"]) run.drafts(id, `The answer of ${id}.`);
    for (const id of ["a", "b"]) vote(run, id, "c");
    run.revises("c", "A better answer.");
    present(run);
    return run;
  },
};
