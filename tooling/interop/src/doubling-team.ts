import {
  labelOf,
  openaiTeam,
  type Script,
  teamScript,
  text,
  toolCalls,
  type UpstreamCall,
  vote,
} from "@massgen/upstream";
import { z } from "zod";

/**
 * Three agents on two wires whose models know no arithmetic: what they are asked to double, they give to the client's
 * tool `double`.
 */
export const doublingConfig = `${openaiTeam(["a", "b"])}  - id: c
    backend: { type: gemini, model: c-model }
`;

/** The question that they need five turns for. */
export const doublingQuestion = "Double 1 five times.";

/** What comes after five turns. */
export const doublingAnswer = "The result is 32.";

/** The arguments of `double`, and what it gives back. */
export const doubleInput = z.object({ value: z.number().describe("What to double.") });
export const double = ({ value }: z.infer<typeof doubleInput>): number => value * 2;

function toolResults(call: UpstreamCall): readonly number[] {
  return call.messages.filter((message) => message.role === "tool").map((message) => Number(message.text));
}

/**
 * Models that call `double` with what it gave back last. In the third turn they quarrel: one miscalculates and one
 * would rather guess, so that the call to make is voted on. Of the result two are sure, one on each wire, and that is
 * enough.
 */
export const doublingScript: Script = teamScript({
  draft: (call) => {
    const results = toolResults(call);
    const value = results.at(-1) ?? 1;
    if (results.length === 5) return text(call.model === "b-model" ? "I lost count." : `The result is ${value}.`);
    if (results.length === 2 && call.model === "b-model")
      return toolCalls([{ name: "double", arguments: { value: 5 } }]);
    if (results.length === 2 && call.model === "c-model") return text("About 30, I would guess.");
    return toolCalls([{ name: "double", arguments: { value } }]);
  },
  ballot: (call) => {
    const right = call.answers.find((shown) => shown.text.includes('{"value":4}'))?.text ?? "its own";
    return vote(labelOf(call, right), "4 is what came back last");
  },
});
