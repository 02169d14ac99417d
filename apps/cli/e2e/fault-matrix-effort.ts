// What one question to a model with a fault costs: in calls, as massgen counts them, and in requests, as the lab does.
import type { Nature } from "@massgen/fault-lab";
import type { CallPhase } from "@massgen/upstream";
import type { MatrixAgent } from "./fault-matrix-cell.ts";

export interface Effort {
  readonly calls: number;
  readonly failed: number;
  /** More than calls where a refusal makes a call ask in other words. */
  readonly requests: number;
}

/** What a refusal that names nothing may mean, in the order in which it is given up, phase by phase. */
const doubtful: Readonly<Record<MatrixAgent["wire"], Readonly<Record<CallPhase, readonly string[]>>>> = {
  openai: {
    draft: ["prompt_cache_key", "temperature", "stream_options", "stream"],
    ballot: [
      "prompt_cache_key",
      "max_completion_tokens",
      "parallel_tool_calls",
      "stream_options",
      "two user turns",
      "stream",
    ],
    presentation: ["prompt_cache_key", "temperature", "stream_options", "two user turns", "stream"],
  },
  responses: {
    draft: ["prompt_cache_key", "include", "temperature", "store", "stream"],
    ballot: ["prompt_cache_key", "include", "parallel_tool_calls", "store", "two user turns", "stream"],
    presentation: ["prompt_cache_key", "include", "temperature", "store", "two user turns", "stream"],
  },
  claude: {
    draft: ["cache_control", "temperature"],
    ballot: ["cache_control", "two texts"],
    presentation: ["cache_control", "temperature", "two texts"],
  },
  gemini: { draft: ["temperature"], ballot: ["two texts"], presentation: ["temperature", "two texts"] },
};

/** Other ways to get a vote, in their order; a service that breaks is not taken for one that wants another. */
const otherWays: Readonly<Record<MatrixAgent["wire"], readonly string[]>> = {
  openai: ["forced choice", "tools", "schema"],
  responses: ["forced choice", "tools", "schema"],
  claude: ["thinking", "forced choice", "tools"],
  gemini: ["forced choice", "tools", "schema"],
};

function doubtsOf(wire: MatrixAgent["wire"], phase: CallPhase, believed: "at once" | "repeated"): readonly string[] {
  const ways = phase === "ballot" && believed === "at once" ? otherWays[wire] : [];
  return [...doubtful[wire][phase], ...ways];
}

/**
 * What is no answer is asked for again once, except the last word.
 *
 * @param before how often the service refused the same before
 */
export function effortOf(nature: Nature | undefined, { wire }: MatrixAgent, phase: CallPhase, before: number): Effort {
  switch (nature?.kind) {
    case undefined:
    case "repeats its prompt":
      return { calls: 1, failed: 0, requests: 1 };
    case "answers": {
      const { asked = 1 } = nature;
      return { calls: asked, failed: 0, requests: asked };
    }
    case "recovers":
      return before > 0 && nature.again !== true
        ? { calls: 1, failed: 0, requests: 1 }
        : { calls: 2, failed: 1, requests: 2 };
    case "learns": {
      const { of, named, believed } = nature;
      // It may have been luck: what helped is remembered when the same is refused again without it. Another way to get
      // a vote is kept at once.
      const doubted = (believed === "repeated" || !named) && !otherWays[wire].includes(of);
      if (before > 0) return { calls: 1, failed: 0, requests: doubted && before === 1 ? 2 : 1 };
      // A failure is none of the request's before it comes again.
      const failed = believed === "repeated" ? 1 : 0;
      const inVain = named ? 0 : doubtsOf(wire, phase, believed).indexOf(of);
      return { calls: failed + 1, failed, requests: failed + 1 + inVain + 1 };
    }
    case "useless": {
      const calls = phase === "presentation" ? 1 : 2;
      return { calls, failed: 0, requests: calls };
    }
    case "fails": {
      const { tries, guessed } = nature;
      const guesses = guessed === undefined || before > 0 ? 0 : doubtsOf(wire, phase, guessed).length;
      return { calls: tries, failed: tries, requests: tries + guesses };
    }
  }
}
