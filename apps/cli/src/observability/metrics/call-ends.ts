import type { ErrorCode, Phase, RunEvent } from "@massgen/core";

/** The end of a model call. */
export interface CallEnd {
  readonly agentId: string;
  readonly phase: Phase;
  /**
   * `rejected`: its reply could not be used. `unsent`: it ended while it waited for its turn at the provider. `lost`:
   * the process that made it is gone.
   */
  readonly result: "ok" | "rejected" | "aborted" | "unsent" | "lost" | ErrorCode;
}

/** Folds the events of one run, in order, into the ends of its calls. */
export interface CallEnds {
  readonly next: (event: RunEvent) => readonly CallEnd[];
}

export function foldCallEnds(): CallEnds {
  /** The phase of each agent's open call. */
  const open = new Map<string, Phase>();
  /** Agents whose open call has not been sent. */
  const queued = new Set<string>();

  function end(agentId: string, result: CallEnd["result"]): CallEnd[] {
    const phase = open.get(agentId);
    if (phase === undefined) return [];
    open.delete(agentId);
    return [{ agentId, phase, result: queued.delete(agentId) ? "unsent" : result }];
  }

  /** A call that is still open was aborted without an event: its time was up. */
  function begin(agentId: string, phase: Phase): CallEnd[] {
    const ends = end(agentId, "aborted");
    open.set(agentId, phase);
    return ends;
  }

  return {
    next(event) {
      switch (event.type) {
        case "draft-started":
          return begin(event.agentId, "draft");
        case "round-started":
          return event.voters.flatMap((voter) => begin(voter, "ballot"));
        case "presentation-started":
          return begin(event.agentId, "presentation");
        case "call-queued":
          queued.add(event.agentId);
          return [];
        case "call-sent":
          queued.delete(event.agentId);
          return [];
        case "draft-finished":
        case "vote-cast":
        case "answer-revised":
          return end(event.agentId, "ok");
        case "vote-abstained":
          return end(event.agentId, "rejected");
        case "reply-rejected":
          return [...end(event.agentId, "rejected"), ...begin(event.agentId, event.phase)];
        case "call-retried":
          return end(event.agentId, event.failure.code);
        case "fallback-started":
          return [...end(event.agentId, event.failure.code), ...begin(event.agentId, event.phase)];
        case "call-lost":
          return [...end(event.agentId, "lost"), ...(event.again ? begin(event.agentId, event.phase) : [])];
        case "retry-started":
          return begin(event.agentId, event.phase);
        case "agent-failed":
        case "presentation-failed":
          return end(event.agentId, event.failure.code);
        case "agent-dropped":
        case "agent-spared":
          return end(event.agentId, "aborted");
        case "run-finished": {
          const { receipt, status } = event.result;
          return [...open].flatMap(([agentId, phase]) => {
            const failure = receipt.agents.find(({ id }) => id === agentId)?.failure;
            if (failure?.phase === phase) return end(agentId, failure.code);
            const presented = status === "answered" && phase === "presentation" && receipt.presenter === agentId;
            return end(agentId, presented && receipt.finalAnswer === "synthesize" ? "ok" : "aborted");
          });
        }
        case "run-started":
        case "draft-delta":
        case "agent-excluded":
        case "parameters-dropped":
        case "agreement-reached":
        case "round-voided":
        case "limit-reached":
        case "answer-now":
        case "winner-selected":
        case "answer-started":
        case "content-delta":
        case "reasoning-delta":
        case "tool-calls":
          return [];
      }
    },
  };
}
