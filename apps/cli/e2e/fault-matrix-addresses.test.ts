// Faults that lie in an agent's address. They are there from its first call on, so that they meet drafts only, and
// every combination of them needs a team, and a massgen, of its own. MASSGEN_TESTS=all has three teams for each fault:
// one agent out of reach, all but one, and all. By default it is one of these, by turns.
import { type AddressFault, addressFaults, behaviourOf, type Fault, healthyAnswer } from "@massgen/fault-lab";
import { behaviour, startUpstream } from "@massgen/upstream";
import { describe, expect, it } from "vitest";
import { ask } from "./fault-matrix-answer.ts";
import { type Cell, cellsOf, nameOf } from "./fault-matrix-cell.ts";
import { expectationOf } from "./fault-matrix-oracle.ts";
import { readLog } from "./fault-matrix-log.ts";
import { complaintsOf, keys, startMatrixTeam } from "./fault-matrix-team.ts";
import { verdictOn } from "./fault-matrix-verdict.ts";

/** The fault as one of an agent's drafts; nobody sees it behave, since no call arrives. */
function asDraftFault({ name, nature }: AddressFault): Fault {
  return { name, phases: ["draft"], behave: () => behaviour(), nature: () => nature };
}

/**
 * A team with the same agents out of reach, streamed and not; every agent is alone out of reach, and alone left, for
 * some fault.
 */
function teamsOf(fault: AddressFault, at: number): readonly (readonly Cell[])[] {
  const own = cellsOf(asDraftFault(fault)).map((cell, n): Cell => ({ ...cell, model: `cell-${n + 1}` }));
  const teams = [...Map.groupBy(own, ({ faulty }) => faulty.join()).values()].filter(
    ([cell], n) => cell?.extent === "all" || n % 3 === at % 3,
  );
  return process.env["MASSGEN_TESTS"] === "all" ? teams : teams.filter((_, n) => n === at % teams.length);
}

const told = process.env["MASSGEN_TESTS"] === "all" ? "" : " (sample; whole in CI)";

describe.concurrent(`an address at which there is no model${told}`, () => {
  for (const [at, fault] of addressFaults.entries()) {
    for (const team of teamsOf(fault, at)) {
      const [cell] = team;
      it(`${fault.name}: ${cell?.extent} (${cell?.faulty.join(", ")})`, async () => {
        const favourites = cell?.favourites ?? [];
        const unreachable = cell?.faulty ?? [];
        const lab = await startUpstream((call) => behaviourOf(call, healthyAnswer(call, favourites), undefined));
        await using dead = await fault.open();
        await using massgen = await startMatrixTeam((id) => (unreachable.includes(id) ? dead.origin : lab.url));
        const log = readLog(massgen);
        const url = await massgen.ready();
        const verdicts = await Promise.all(
          team.map(async (one) => {
            const got = await ask(url, one);
            const line = await log.lineOf(one.model);
            return verdictOn(one, expectationOf(one), got, line, lab.callsOf(one.model), keys, unreachable).map(
              (problem) => `${nameOf(one)}: ${problem}`,
            );
          }),
        );
        const problems = verdicts.flat();
        if (problems.length > 0) expect.fail(problems.join("\n"));
        expect(complaintsOf(massgen)).toEqual([]);
        await lab.close();
      });
    }
  }
});
