import { startTeam, teamScript, type Script, type ServedTeam, type Upstream } from "@massgen/upstream";
import { afterAll, beforeAll } from "vitest";
import { doublingConfig } from "./doubling-team.ts";

/** One server for the tests of a file, which run one after the other. */
export interface SharedTeam {
  /** Origin, without `/v1`. */
  readonly url: string;
  readonly upstream: Upstream;
  /** What the models say from here on. */
  readonly plays: (script: Script) => void;
  /** How many runs of the team some work caused: each begins with one draft of `a`. */
  readonly runsOf: (work: () => Promise<unknown>) => Promise<number>;
}

/**
 * Starts the agents `a`, `b` and `c`, on two wires, before the first test. `a` wins unless the script says otherwise.
 */
export function shareTeam(): SharedTeam {
  let script: Script = usualScript;
  let team: ServedTeam;
  beforeAll(async () => {
    team = await startTeam((call) => script(call), { config: doublingConfig });
  });
  afterAll(() => team?.[Symbol.asyncDispose]());

  const drafts = (): number => team.upstream.callsOf("a-model").filter(({ phase }) => phase === "draft").length;
  return {
    get url() {
      return team.url;
    },
    get upstream() {
      return team.upstream;
    },
    plays: (next) => {
      script = next;
    },
    async runsOf(work) {
      const before = drafts();
      await work();
      return drafts() - before;
    },
  };
}

/** Three drafts, three votes for `a`, and the final answer. */
export const usualScript: Script = teamScript({ votesFor: "a-model" });
