import type { ChatModel } from "./model/chat-model.ts";
import type { Sampling } from "./model/chat-request.ts";

/** A member of a team. */
export interface Agent extends AgentModel {
  /** Unique in the team; shown to people, never to models. */
  readonly id: string;
  /** Put in front of the client's conversation. */
  readonly systemMessage?: string;
  /**
   * Takes over when the model turns out not to be had in a run: its service does not know it, refuses the key, is out
   * of quota, or stays overloaded. The agent keeps it to the end of that run.
   */
  readonly fallback?: AgentModel;
}

/** A model as an agent calls it. */
export interface AgentModel {
  readonly model: ChatModel;
  /** Sampling fixed by the configuration: it wins over the client's. */
  readonly sampling?: Sampling;
  /**
   * Whether the model runs on the user's own machine. A team of such models delivers a tied answer as it is, and the
   * schemas of their ballots limit the length of texts, which hosted services may refuse. Default: the model's
   * `capabilities`.
   */
  readonly local?: boolean;
}
