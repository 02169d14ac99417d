import { text, vote, type Answer, type Behaviour, type UpstreamCall } from "@massgen/upstream";
import { sceneOf, wellBehaved, type Fault } from "./faults/fault.ts";
import { written } from "./spoken.ts";

/** How a healthy text begins: who drafted it. No two models or places begin the same. */
export function draftOf(model: string, place: string): string {
  return `Draft by ${place === "" ? "the model" : place} on ${model}.`;
}

/** What a healthy model says as the final answer. */
export function finalAnswerOf(model: string, place: string): string {
  return `Final answer by ${place === "" ? "the model" : place} on ${model}.`;
}

/**
 * What a healthy model says to a call. Every call reports other figures.
 *
 * @param draftChars how long its drafts are at least
 * @param favourites places whose draft it votes for, the first of them that is shown; else for what is shown first
 */
export function healthyAnswer(call: UpstreamCall, favourites: readonly string[], draftChars = 0): Answer {
  const size = Buffer.from(`${call.phase}${call.place}${call.model}`).reduce((sum, byte) => sum + byte, call.attempt);
  const usage = { inputTokens: 3 * size, outputTokens: size };
  switch (call.phase) {
    case "draft":
      return text(draftOf(call.model, call.place).padEnd(draftChars, " It is so."), { usage });
    case "ballot": {
      const choices = favourites.map((place) =>
        call.answers.find((shown) => shown.text.includes(draftOf(call.model, place))),
      );
      const choice = [...choices, ...call.answers].find((shown) => shown !== undefined);
      return vote(choice?.label ?? "agent1", "It says who wrote it.", { usage });
    }
    case "presentation":
      return text(finalAnswerOf(call.model, call.place), { usage });
  }
}

/** The answer as it can be given: a vote is written where no tool is offered. */
export function inWords({ phase, tools }: UpstreamCall, answer: Answer): Answer {
  return phase === "ballot" && tools.length === 0 ? written(answer) : answer;
}

/** What a model does with a call, on the wire of the call: what a fault makes of the answer, or the answer itself. */
export function behaviourOf(call: UpstreamCall, healthy: Answer, fault: Fault | undefined): Behaviour {
  const scene = sceneOf(call, inWords(call, fault?.says?.(healthy, call.phase) ?? healthy));
  return fault === undefined ? wellBehaved(scene) : fault.behave(scene);
}
