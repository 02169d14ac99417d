import {
  wholeMembers,
  type ChatRequest,
  type FinishEvent,
  type ModelEvent,
  type ToolCallEvent,
} from "@massgen/core/model";
import { createHold } from "../wire/oversized-answer.ts";
import { writeJson } from "../wire/json-value.ts";
import { argumentsOf } from "./call-shapes.ts";
import { isUsable, mendedCall } from "./mended-call.ts";
import { offeredTools } from "./offered-tools.ts";
import { wantedTools } from "./request-at.ts";
import { isWritten, type Rung } from "./rung.ts";
import { readWrittenCalls } from "./written-call.ts";

/** Turns a model's answer into what a request with tools expects. */
export interface ShapedAnswer {
  /** Takes an event and returns what it becomes. Text that may turn out to be a call is held until the finish. */
  readonly take: (event: ModelEvent) => readonly ModelEvent[];
}

/** The result of forcing a call: a usable call, an unusable one, or none. */
export type Outcome = "usable" | "malformed" | "none";

/** A call that the output limit cut off, as far as it came. */
export type HalfCall = Pick<ToolCallEvent, "name" | "arguments">;

/** On rungs with tools, a text is held up to this many characters, because it may be a call. */
export const longestCallText = 1_000_000;

/** The most characters of reasoning that are searched for a call. */
const longestThought = 100_000;

/**
 * Shapes the answer to a request that needs a call. Calls are mended, and read from the text where there are no others;
 * an unusable call is replaced by one in the text. Where nothing else came, a call in the reasoning counts:
 * parsers of servers take answers for reasoning. Of a call that was cut off, the existing part is delivered as text.
 *
 * @param firstCallNumber the number of the first tool call id that has to be made up
 * @param replied gets the result of forcing at the end, except for a filtered answer
 * @param half returns the calls that were cut off, once the answer has ended
 */
export function createForcedAnswer(
  rung: Rung,
  request: ChatRequest,
  firstCallNumber: number,
  replied: (outcome: Outcome) => void,
  half: () => readonly HalfCall[] = () => [],
): ShapedAnswer {
  const tools = offeredTools(wantedTools(request));
  const hold = createHold();
  const pieces: string[] = [];
  let held = 0;
  let thoughts: string | undefined = "";
  let called = false;
  const unusable: ToolCallEvent[] = [];

  function release(): ModelEvent[] {
    const text = pieces.splice(0).join("");
    return text === "" ? [] : [{ type: "text-delta", text }];
  }

  function takeText(event: Extract<ModelEvent, { type: "text-delta" }>): readonly ModelEvent[] {
    if (!isWritten(rung) && (called || held > longestCallText)) return [event];
    hold(event.text);
    pieces.push(event.text);
    held += event.text.length;
    return !isWritten(rung) && held > longestCallText ? release() : [];
  }

  function takeThought(text: string): void {
    if (thoughts === undefined) return;
    thoughts = thoughts.length + text.length > longestThought ? undefined : thoughts + text;
  }

  function thoughtCalls(): readonly ToolCallEvent[] {
    const calls = callsIn(thoughts ?? "", { ...request, parallelToolCalls: true }, firstCallNumber);
    const [call] = calls;
    return calls.length === 1 && call !== undefined && isUsable(call, tools) ? calls : [];
  }

  function end(finish: FinishEvent): readonly ModelEvent[] {
    if (finish.reason === "content-filter") return [...release(), ...unusable, finish];
    const text = pieces.join("");
    const silent = text.trim() === "" && unusable.length === 0 && finish.reason !== "length";
    const calls = called ? [] : silent ? thoughtCalls() : callsIn(text, request, firstCallNumber);
    called ||= calls.some((call) => isUsable(call, tools));
    const cut = finish.reason === "length" && calls.length === 0 && unusable.length === 0 ? halfWritten() : "";
    replied(outcomeOf(finish, calls.length + unusable.length > 0, text === "" ? cut : text));
    if (calls.length > 0) {
      const ends = finish.reason === "stop" || silent;
      return [...calls, ends ? { ...finish, reason: "tool-calls" } : finish];
    }
    const rest = release();
    return [...(rest.length > 0 || cut === "" ? rest : [said(cut)]), ...unusable, finish];
  }

  function outcomeOf({ reason }: FinishEvent, tried: boolean, text: string): Outcome {
    if (called) return "usable";
    if (reason === "length") return isUsableBeginning(text) ? "usable" : "malformed";
    return tried || reason === "other" ? "malformed" : "none";
  }

  function halfWritten(): string {
    const [call] = half();
    const name = tools.find(call?.name)?.name;
    return call === undefined || name === undefined
      ? ""
      : `{"tool":${JSON.stringify(name)},"arguments":${call.arguments}`;
  }

  /**
   * Whether a call was cut after its first required argument. Its form was right, and that much may be enough for a
   * reader.
   */
  function isUsableBeginning(text: string): boolean {
    const members = wholeMembers(text);
    return wantedTools(request).some(({ name }) => {
      const tool = tools.find(name);
      const [first] = tool?.required ?? [];
      const args = tool === undefined ? undefined : argumentsOf(members, tool);
      return first !== undefined && args !== undefined && Object.hasOwn(args, first);
    });
  }

  return {
    take(event) {
      switch (event.type) {
        case "reasoning-delta":
          takeThought(event.text);
          return [event];
        case "text-delta":
          return takeText(event);
        case "tool-call": {
          const call = mendedCall(event, tools);
          if (isUsable(call, tools)) {
            called = true;
            return [...release(), call];
          }
          unusable.push(call);
          return [];
        }
        case "finish":
          return end(event);
      }
    },
  };
}

function said(text: string): ModelEvent {
  return { type: "text-delta", text };
}

/** The calls that a text holds, as events; only the first where one was asked for. */
export function callsIn(
  text: string,
  request: Pick<ChatRequest, "tools" | "toolChoice" | "parallelToolCalls">,
  firstCallNumber: number,
): readonly ToolCallEvent[] {
  return callEvents(readWrittenCalls(text, wantedTools(request)), request, firstCallNumber);
}

/** Calls that were read from a text, as events; only the first where one was asked for. */
export function callEvents(
  calls: ReturnType<typeof readWrittenCalls>,
  { parallelToolCalls }: Pick<ChatRequest, "parallelToolCalls">,
  firstCallNumber: number,
): readonly ToolCallEvent[] {
  const wanted = parallelToolCalls === false ? calls.slice(0, 1) : calls;
  return wanted.flatMap(({ name, arguments: args }, position) => {
    // Undefined for values that are nested too deep to be written.
    const written = writeJson(args);
    const id = `call_${firstCallNumber + position}`;
    return written === undefined ? [] : [{ type: "tool-call", id, name, arguments: written }];
  });
}
