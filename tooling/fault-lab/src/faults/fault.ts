import type { ErrorCode } from "@massgen/core/model";
import {
  streaming,
  wires,
  type Answer,
  type Behaviour,
  type CallPhase,
  type Step,
  type UpstreamCall,
  type Wire,
  type WireName,
} from "@massgen/upstream";
import { framesOf, type Frame } from "../frames.ts";
import type { Refusable } from "../refusable.ts";

export const phases: readonly CallPhase[] = ["draft", "ballot", "presentation"];

/** A call as a fault meets it. */
export interface Scene {
  readonly call: UpstreamCall;
  readonly wire: Wire;
  /** What the model means to say: the healthy answer, after {@link Fault.says}. */
  readonly answer: Answer;
  /** The events of it. */
  readonly frames: readonly Frame[];
}

/** An answer ends by what is in it, unless it is cut off. */
export function sceneOf(call: UpstreamCall, said: Answer): Scene {
  const ends = said.toolCalls.length > 0 ? "tool-calls" : "stop";
  const answer = { ...said, finish: said.finish === "length" ? "length" : ends } as const;
  return { call, wire: wires[call.wire], answer, frames: framesOf(call.wire, answer, call) };
}

/** What one question to a model with the fault comes to, repetitions included. */
export type Nature =
  /**
   * A whole answer, or a valid vote. `reads` is the text that arrives, where it differs from what was said; `asked` how
   * often it is asked for, where that is not once.
   */
  | { readonly kind: "answers"; readonly reads?: (text: string) => string; readonly asked?: 2 }
  /**
   * The first call fails and may be repeated; the second one answers. `again`: the same when it is asked for another
   * time, for the failure says nothing to be remembered.
   */
  | { readonly kind: "recovers"; readonly again?: true }
  /**
   * Something in the request is refused, and the request taken without it.
   */
  | {
      readonly kind: "learns";
      readonly of: Refusable;
      /** Whether the refusal says what it is about. */
      readonly named: boolean;
      /** `repeated`: it is a failure of the service's own, and counts as a refusal when it comes back the same. */
      readonly believed: "at once" | "repeated";
    }
  /** Text, and behind it the marks of its prompt: where they begin, the call is ended. */
  | { readonly kind: "repeats its prompt" }
  /** Every call ends in order, but with nothing that is an answer or a vote. */
  | { readonly kind: "useless" }
  | {
      readonly kind: "fails";
      readonly code: ErrorCode;
      /** Calls made in all: 3 where repeating is allowed, else 1. */
      readonly tries: 1 | 3;
      /**
       * Whether it may be a refusal of anything in the request: all that can be done without is left out once, in vain.
       */
      readonly guessed?: "at once" | "repeated";
      /** Whether text arrived before it failed. */
      readonly spoke: boolean;
      /** What the provider asked to wait, in seconds. */
      readonly retryAfterS?: number;
    };

/** A way in which a model's calls go wrong, or look as if they did. */
export interface Fault {
  readonly name: string;
  /** Where it can happen. */
  readonly phases: readonly CallPhase[];
  /** What the model says instead of the healthy answer. */
  readonly says?: (answer: Answer, phase: CallPhase) => Answer;
  readonly behave: (scene: Scene) => Behaviour;
  readonly nature: (wire: WireName, phase: CallPhase) => Nature;
  /** Whether it teaches something: the same request meets less of it a second time. */
  readonly teaches?: true;
  /** How long drafts have to be for it, in characters. */
  readonly draftChars?: number;
  /**
   * `slow`: ends by a limit of time. `heavy`: costs so much work that it should not run beside others that are timed.
   */
  readonly pace?: "slow" | "heavy";
}

/**
 * Time for the reader to take what arrived before the connection breaks: a broken one takes back what was not read.
 * Long enough for a process that has much to do.
 */
export const moment: Step = { type: "wait", ms: 500 };

/** Events as they are sent. */
export function sent(frames: readonly Frame[]): readonly Step[] {
  return frames.map(({ text, usage }): Step => ({
    type: "send",
    bytes: text,
    ...(usage !== undefined && { usage }),
  }));
}

/** The same events where nobody reads them any more: what they report has not arrived. */
export function unread(frames: readonly Frame[]): readonly Step[] {
  return sent(frames.map(({ stage, text }) => ({ stage, text })));
}

/** Everything up to the first piece of the answer: no tool call is complete in it. */
export function beginningOf(frames: readonly Frame[]): readonly Frame[] {
  const first = frames.findIndex(({ stage }) => stage !== "opening");
  return frames.slice(0, frames[first]?.stage === "part" ? first + 1 : first);
}

/** The answer in good order. */
export function wellBehaved({ frames }: Scene): Behaviour {
  return streaming(sent(frames));
}
