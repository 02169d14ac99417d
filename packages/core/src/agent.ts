import type { ChatModel } from "./model/chat-model.ts";
import type { Sampling } from "./model/chat-request.ts";

/** A member of a team. */
export interface Agent {
  /** Unique in the team; shown to people, never to models. */
  readonly id: string;
  readonly model: ChatModel;
  /** Put in front of the client's conversation. */
  readonly systemMessage?: string;
  /** Sampling that the configuration fixes for this agent: it wins over the client's. */
  readonly sampling?: Sampling;
  /**
   * Its model runs on the user's own machine: in a team of such models a tie is not written over, and the schemas of its ballots bound
   * texts, which hosted services may refuse.
   */
  readonly local?: boolean;
}
