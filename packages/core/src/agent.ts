import type { ChatModel } from "./model/chat-model.ts";
import type { Sampling } from "./model/chat-request.ts";

/** A member of a team. */
export interface Agent {
  /** Unique in the team; shown to people, never to models. */
  readonly id: string;
  readonly model: ChatModel;
  /** Put in front of the client's conversation. */
  readonly systemMessage?: string;
  /** Sampling fixed by the configuration: it wins over the client's. */
  readonly sampling?: Sampling;
  /**
   * Whether the model runs on the user's own machine. A team of such models delivers a tied answer as it is, and the
   * schemas of their ballots limit the length of texts, which hosted services may refuse. Default: the model's
   * `capabilities`.
   */
  readonly local?: boolean;
}
