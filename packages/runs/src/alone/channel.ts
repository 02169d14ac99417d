import type { CallToSend, Fact, QueueWait } from "@massgen/core";
import type { Left } from "../dispatch.ts";
import type { KeptLog, KeptRun } from "../kept-run.ts";

/** A run that is to be driven by another process. */
export interface AloneTask {
  readonly run: KeptRun;
  readonly log: KeptLog;
  readonly cause: Left;
}

/** What the process is told that drives one run. Plain JSON, as all that goes through a channel. */
export type ToChild =
  | {
      readonly type: "drive";
      readonly task: AloneTask;
      readonly elapsedMs: number;
      /** Whether money has to be reserved for each of its calls. */
      readonly limited: boolean;
    }
  /** `error` instead of an answer: the facts could not be kept. */
  | { readonly type: "appended"; readonly answer?: "kept" | "taken"; readonly error?: string }
  | { readonly type: "take"; readonly seq: number; readonly fact: Fact }
  | { readonly type: "abandon" }
  | { readonly type: "queued"; readonly call: number; readonly wait: QueueWait }
  | { readonly type: "turn"; readonly call: number }
  /** Whether the money for a call was left; `error` where nobody can tell. */
  | { readonly type: "reserved"; readonly call: number; readonly left?: boolean; readonly error?: string };

/** What it says. */
export type FromChild =
  | { readonly type: "ready" }
  | { readonly type: "append"; readonly seq: number; readonly facts: KeptLog }
  /** The run is over here, and all facts are kept. `left`: it has not ended. */
  | { readonly type: "over"; readonly left: boolean }
  | ({ readonly type: "acquire"; readonly call: number; readonly account: string } & Pick<
      CallToSend,
      "model" | "tokens"
    >)
  /** The call waits for its turn no longer. */
  | { readonly type: "call-off"; readonly call: number }
  /** The turn is over: unused, or with what was used. */
  | { readonly type: "end-turn"; readonly call: number; readonly unused?: true; readonly tokens?: number }
  | { readonly type: "pause"; readonly account: string; readonly model: string; readonly ms: number }
  /** Dollars that a call may cost, and what it counts for in the end. */
  | { readonly type: "reserve"; readonly call: number; readonly usd: number }
  | { readonly type: "settle"; readonly call: number; readonly usd: number };

/** The way to another process. What provider packages may say on it is not for us. */
export interface Channel {
  readonly send: (message: unknown) => void;
  /** For the one who listens. */
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Resolves when the other process is gone, and all it said was heard. */
  readonly closed: Promise<void>;
  /** Ends the other process at once. */
  readonly kill: () => void;
}

/** One end of a channel, with what is said on it. */
export interface Talk<Said, Heard> {
  readonly say: (message: Said) => void;
  readonly hear: (listener: (message: Heard) => void) => void;
}

/** Our words on a channel: each in an envelope, so that those of others are told apart. */
export function talkOn<Said, Heard>({ send, onMessage }: Pick<Channel, "send" | "onMessage">): Talk<Said, Heard> {
  return {
    say: (message) => send({ massgen: message }),
    hear: (listener) =>
      onMessage((message) => {
        if (typeof message === "object" && message !== null && "massgen" in message) listener(message.massgen as Heard);
      }),
  };
}
