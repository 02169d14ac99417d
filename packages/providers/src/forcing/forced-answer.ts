import type { ChatRequest, FinishEvent, ModelEvent } from "@massgen/core/model";
import { createHold } from "../wire/oversized-answer.ts";
import { writeJson } from "../wire/json-value.ts";
import { readWrittenCalls } from "./written-call.ts";
import { wantedTools } from "./request-at.ts";
import { isWritten, type Rung } from "./rung.ts";

/** Makes of a model's answer what a request for a tool call expects. */
export interface ForcedAnswer {
  /** What an event of the answer becomes. Text that may turn out to be a call is held until the finish. */
  readonly take: (event: ModelEvent) => readonly ModelEvent[];
}

/**
 * @param firstCallNumber the number of the first tool call id that has to be made up
 * @param replied told at the end of a complete answer whether it holds a call; not of one that was cut or filtered
 */
export function createForcedAnswer(
  rung: Rung,
  request: ChatRequest,
  firstCallNumber: number,
  replied: (called: boolean) => void,
): ForcedAnswer {
  let held = "";
  const hold = createHold();
  let called = false;

  function end(finish: FinishEvent): readonly ModelEvent[] {
    const own = called || finish.reason === "content-filter";
    const calls = own ? [] : callsIn(held, request, firstCallNumber);
    called ||= calls.length > 0;
    if (finish.reason === "stop" || finish.reason === "tool-calls") replied(called);
    if (calls.length > 0) return [...calls, finish.reason === "stop" ? { ...finish, reason: "tool-calls" } : finish];
    return held === "" ? [finish] : [{ type: "text-delta", text: held }, finish];
  }

  return {
    take(event) {
      switch (event.type) {
        case "reasoning-delta":
          return [event];
        case "text-delta":
          if (!isWritten(rung)) return [event];
          hold(event.text);
          held += event.text;
          return [];
        case "tool-call":
          called = true;
          return [event];
        case "finish":
          return end(event);
      }
    },
  };
}

/** The calls that a text holds, as events; only the first where one was asked for. */
export function callsIn(
  text: string,
  request: Pick<ChatRequest, "tools" | "toolChoice" | "parallelToolCalls">,
  firstCallNumber: number,
): readonly Extract<ModelEvent, { type: "tool-call" }>[] {
  const calls = readWrittenCalls(text, wantedTools(request));
  const wanted = request.parallelToolCalls === false ? calls.slice(0, 1) : calls;
  return wanted.flatMap(({ name, arguments: args }, position) => {
    // Undefined for what is nested deeper than can be written again.
    const written = writeJson(args);
    const id = `call_${firstCallNumber + position}`;
    return written === undefined ? [] : [{ type: "tool-call", id, name, arguments: written }];
  });
}
