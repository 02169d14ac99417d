import type { ErrorCode, Phase, RunEvent } from "@massgen/core";

/** A model call that is over. */
export interface CallEnd {
  readonly agentId: string;
  readonly phase: Phase;
  /** `rejected`: answered, but not so that it could be used. */
  readonly result: "ok" | "rejected" | "aborted" | ErrorCode;
}

/** Folds the events of one run, in order, into the ends of its calls. */
export interface CallEnds {
  readonly next: (event: RunEvent) => readonly CallEnd[];
}

export function foldCallEnds(): CallEnds {
  /** What each agent is called for at the moment. */
  const open = new Map<string, Phase>();
  /** Of these, calls that wait to be made again. */
  const waiting = new Set<string>();
  let ended = 0;

  function end(agentId: string, result: CallEnd["result"]): CallEnd[] {
    const phase = open.get(agentId);
    if (phase === undefined) return [];
    open.delete(agentId);
    waiting.delete(agentId);
    ended += 1;
    return [{ agentId, phase, result }];
  }
  function again(agentId: string, phase: Phase, result: CallEnd["result"]): CallEnd[] {
    const ends = end(agentId, result);
    open.set(agentId, phase);
    return ends;
  }

  return {
    next(event) {
      switch (event.type) {
        case "draft-started":
          open.set(event.agentId, "draft");
          return [];
        case "round-started":
          for (const voter of event.voters) open.set(voter, "ballot");
          return [];
        case "presentation-started":
          open.set(event.agentId, "presentation");
          return [];
        case "draft-finished":
        case "vote-cast":
        case "answer-revised":
          return end(event.agentId, "ok");
        case "vote-abstained":
          return end(event.agentId, "rejected");
        case "reply-rejected":
          return again(event.agentId, event.phase, "rejected");
        case "call-retried": {
          const ends = again(event.agentId, event.phase, event.failure.code);
          waiting.add(event.agentId);
          return ends;
        }
        case "agent-failed":
        case "presentation-failed":
          return end(event.agentId, event.failure.code);
        case "agent-dropped":
        case "agent-spared":
          return end(event.agentId, "aborted");
        case "run-finished": {
          const { receipt, status } = event.result;
          // Nobody says whether a call that waited was made again before the end: the sum does.
          for (const agentId of waiting) if (ended + open.size > receipt.calls.made) open.delete(agentId);
          return [...open].flatMap(([agentId, phase]) => {
            const failure = receipt.agents.find(({ id }) => id === agentId)?.failure;
            if (failure?.phase === phase) return end(agentId, failure.code);
            const presented = status === "answered" && phase === "presentation" && receipt.presenter === agentId;
            return end(agentId, presented && receipt.finalAnswer === "synthesize" ? "ok" : "aborted");
          });
        }
        case "run-started":
        case "agent-excluded":
        case "parameters-dropped":
        case "agreement-reached":
        case "round-voided":
        case "limit-reached":
        case "winner-selected":
        case "content-delta":
        case "reasoning-delta":
        case "tool-calls":
          return [];
      }
    },
  };
}
