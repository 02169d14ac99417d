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
}
