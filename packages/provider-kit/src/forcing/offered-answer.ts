import type { ChatRequest, FinishEvent, ModelEvent } from "@massgen/core/model";
import { callEvents, type ShapedAnswer } from "./forced-answer.ts";
import { isUsable, mendedCall } from "./mended-call.ts";
import { offeredTools } from "./offered-tools.ts";
import { callMarks, readBareCalls } from "./written-call.ts";

/** The most characters of a text that are held because it begins like a call. */
const longestCall = 256 * 1024;

/** The most blanks before such a text. */
const mostBlanks = 64;

/**
 * Shapes the answer to a request that offers tools and forces none. Calls are mended. A text that consists only of
 * calls in the marks of a chat template becomes those calls; any other text is passed on from its first characters.
 *
 * @param firstCallNumber the number of the first tool call id that has to be made up
 */
export function createOfferedAnswer(request: ChatRequest, firstCallNumber: number): ShapedAnswer {
  const offered = request.tools ?? [];
  const tools = offeredTools(offered);
  let state: "begin" | "marked" | "free" = request.toolChoice === "none" ? "free" : "begin";
  const pieces: string[] = [];
  let held = 0;
  let called = false;

  function release(): ModelEvent[] {
    state = "free";
    const text = pieces.splice(0).join("");
    return text === "" ? [] : [{ type: "text-delta", text }];
  }

  function takeText(event: Extract<ModelEvent, { type: "text-delta" }>): readonly ModelEvent[] {
    if (state === "free" || event.text === "") return [event];
    pieces.push(event.text);
    held += event.text.length;
    if (state === "begin") state = beginning(pieces.join(""));
    return state === "free" || held > longestCall ? release() : [];
  }

  function end(finish: FinishEvent): readonly ModelEvent[] {
    if (state !== "marked" || called || finish.reason === "content-filter") return [...release(), finish];
    const calls = callEvents(readBareCalls(pieces.join(""), offered), request, firstCallNumber);
    if (calls.length === 0 || !calls.every((call) => isUsable(call, tools))) return [...release(), finish];
    return [...calls, finish.reason === "stop" ? { ...finish, reason: "tool-calls" } : finish];
  }

  return {
    take(event) {
      switch (event.type) {
        case "reasoning-delta":
          return [event];
        case "text-delta":
          return takeText(event);
        case "tool-call":
          called = true;
          return [...release(), mendedCall(event, tools)];
        case "finish":
          return end(event);
      }
    },
  };
}

/** Whether a text begins with the mark of a call, may still do so, or does not. */
function beginning(text: string): "begin" | "marked" | "free" {
  const said = text.trimStart();
  if (callMarks.some((mark) => said.startsWith(mark))) return "marked";
  if (text.length - said.length > mostBlanks) return "free";
  return callMarks.some((mark) => mark.startsWith(said)) ? "begin" : "free";
}
