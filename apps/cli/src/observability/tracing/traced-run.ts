import type { Candidate, RunEvent } from "@massgen/core";
import type { Message } from "@massgen/core/model";
import type { BegunRun } from "@massgen/server";

type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

/** What became visible of a run while it went on, for the spans that are written at its end. */
export interface TracedRun {
  readonly started: EventOf<"run-started">;
  /** Moments that the run's own span shows, in order. */
  readonly moments: readonly Moment[];
  /** What each agent wrote, in the order of its calls that succeeded: drafts, and new answers in a vote. */
  readonly written: readonly Written[];
}

/** The kinds of events that are shown in the run's own span. */
export type Moment = EventOf<"vote-cast" | "vote-abstained" | "winner-selected" | "agent-failed" | "limit-reached">;

interface Written {
  readonly agentId: string;
  readonly phase: "draft" | "ballot";
  /** Undefined for a vote, which is no answer. */
  readonly candidate: Candidate | undefined;
}

/** The most moments of a run that are kept: the SDK keeps as many. */
const mostMoments = 128;

/** Folds the events of one run. */
export class RunFold {
  readonly #keepsText: boolean;
  readonly #moments: Moment[] = [];
  readonly #written: Written[] = [];
  #started: EventOf<"run-started"> | undefined;

  /** @param keepsText whether answers are wanted */
  constructor(keepsText: boolean) {
    this.#keepsText = keepsText;
  }

  next(event: RunEvent): void {
    switch (event.type) {
      case "run-started":
        this.#started = event;
        break;
      case "draft-finished":
        this.#write(event.agentId, "draft", event.candidate);
        break;
      case "answer-revised":
        this.#write(event.agentId, "ballot", event.candidate);
        break;
      case "vote-cast":
        this.#write(event.agentId, "ballot", undefined);
        this.#show(event);
        break;
      case "vote-abstained":
      case "winner-selected":
      case "agent-failed":
      case "limit-reached":
        this.#show(event);
        break;
      default:
    }
  }

  /** Undefined for a run whose beginning was not seen. */
  run(): TracedRun | undefined {
    return this.#started && { started: this.#started, moments: this.#moments, written: this.#written };
  }

  #write(agentId: string, phase: Written["phase"], candidate: Candidate | undefined): void {
    if (this.#keepsText) this.#written.push({ agentId, phase, candidate });
  }

  #show(moment: Moment): void {
    if (this.#moments.length < mostMoments) this.#moments.push(moment);
  }
}

/** What is known of a run's request. */
export interface RunOrigin extends Pick<BegunRun, "traceparent" | "tracestate"> {
  /** Absent unless prompts are wanted. */
  readonly messages?: readonly Message[];
}
