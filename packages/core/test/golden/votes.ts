import type { ToolCall } from "../../src/model/message.ts";
import { type Scenario, scenario } from "../../src/testing/scenario.ts";
import { present, three, vote, voting } from "./moves.ts";

const look: ToolCall = { id: "1", name: "look", arguments: '{"at":"sky"}' };

/** Runs in which nothing goes wrong, by how they are decided. */
export const votes: Readonly<Record<string, () => Scenario>> = {
  unanimous() {
    const run = voting();
    for (const id of ["a", "b"]) vote(run, id, "c");
    present(run);
    return run;
  },
  majority() {
    const run = voting({ settings: { selfVotes: "allow", earlyStop: false } });
    vote(run, "a", "b");
    vote(run, "b", "b");
    vote(run, "c", "c");
    present(run);
    return run;
  },
  plurality() {
    const run = voting({ agents: ["a", "b", "c", "d", "e"], settings: { selfVotes: "allow", earlyStop: false } });
    for (const [voter, choice] of [
      ["a", "b"],
      ["b", "b"],
      ["c", "c"],
      ["d", "d"],
      ["e", "e"],
    ] as const)
      vote(run, voter, choice);
    present(run);
    return run;
  },
  tie() {
    const run = voting({ settings: { selfVotes: "allow" } });
    for (const id of ["a", "b", "c"]) vote(run, id, id);
    present(run);
    return run;
  },
  "tie of local models"() {
    const run = voting({ settings: { selfVotes: "allow" }, allLocal: true });
    for (const id of ["a", "b", "c"]) vote(run, id, id);
    return run;
  },
  agreement() {
    const run = three();
    run.drafts("b", "42");
    run.drafts("a", "42.0");
    return run;
  },
  "loose agreement"() {
    const run = three({ looseAgreement: true });
    for (const [id, text] of [
      ["a", "Yes."],
      ["b", "yes"],
    ] as const)
      run.drafts(id, text);
    return run;
  },
  "tool calls"() {
    const run = three();
    for (const id of ["a", "b"]) run.drafts(id, "", { toolCalls: [look], finishReason: "tool-calls" });
    return run;
  },
  "single agent"() {
    const run = scenario({ agents: ["a"] });
    run.starts("a");
    run.drafts("a", "The only answer.");
    return run;
  },
  "one candidate left"() {
    const run = three();
    run.fails("a");
    run.fails("c");
    run.drafts("b", "The answer of b.");
    return run;
  },
  revision() {
    const run = voting();
    run.revises("a", "A better answer.");
    vote(run, "b");
    vote(run, "c");
    for (const id of ["a", "b", "c"]) if (run.live().includes(`${id} ballot`)) vote(run, id);
    present(run);
    return run;
  },
  abstention() {
    const run = voting();
    for (const problem of ["no call", "again no call"]) run.ballots("a", { kind: "unusable", problem });
    vote(run, "b", "c");
    vote(run, "c", "b");
    present(run);
    return run;
  },
  "early stop"() {
    const run = voting({ agents: ["a", "b", "c", "d", "e"] });
    for (const id of ["b", "c", "d"]) vote(run, id, "a");
    present(run);
    return run;
  },
};
