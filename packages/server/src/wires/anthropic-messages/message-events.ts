import type { RunEvent } from "@massgen/core";
import type { ToolCall } from "@massgen/core/model";
import { fullUsage, usageOfRun } from "../../runs/usage.ts";
import { toMetadata } from "../../runs/metadata.ts";
import { wholeText } from "../../runs/whole-text.ts";
import { eventFrame } from "../frame.ts";
import type { Answered, Frame } from "../wire.ts";
import { headOf, inputOf, toStopReason, type MessageAnswer } from "./message.ts";
import { toUsage } from "./usage.ts";

/** Turns the events of one run, in order, into the events of a streamed message. */
export interface MessageEventsFold {
  readonly start: () => readonly Frame[];
  readonly next: (event: RunEvent, traces: string) => readonly Frame[];
  readonly finish: (result: Answered) => readonly Frame[];
}

export function toMessageEvents(answer: MessageAnswer): MessageEventsFold {
  const text = wholeText();
  const { thinking, inputTokens } = answer.own;
  /** The block that is open. */
  let open: "thinking" | "text" | undefined;
  let index = -1;

  function start(content_block: object): Frame {
    index += 1;
    return frame({ type: "content_block_start", index, content_block });
  }

  function delta(delta: object): Frame {
    return frame({ type: "content_block_delta", index, delta });
  }

  function stop(): Frame {
    return frame({ type: "content_block_stop", index });
  }

  function close(): Frame[] {
    const was = open;
    open = undefined;
    switch (was) {
      case "thinking":
        // Clients that keep the block expect a signature. Nobody checks it here.
        return [delta({ type: "signature_delta", signature: "" }), stop()];
      case "text":
        return [stop()];
      case undefined:
        return [];
    }
  }

  function think(thinking: string): Frame[] {
    const begin = open === "thinking" ? [] : [...close(), start({ type: "thinking", thinking: "", signature: "" })];
    open = "thinking";
    return [...begin, delta({ type: "thinking_delta", thinking })];
  }

  function say(text: string): Frame[] {
    if (text === "") return [];
    const begin = open === "text" ? [] : [...close(), start({ type: "text", text: "" })];
    open = "text";
    return [...begin, delta({ type: "text_delta", text })];
  }

  function call({ id, name, arguments: json }: ToolCall): Frame[] {
    return [
      ...close(),
      start({ type: "tool_use", id, name, input: {} }),
      delta({ type: "input_json_delta", partial_json: JSON.stringify(inputOf(json)) }),
      stop(),
    ];
  }

  return {
    start() {
      const usage = toUsage(fullUsage({ inputTokens }));
      const message = { ...headOf(answer), content: [], stop_reason: null, stop_sequence: null, usage };
      return [frame({ type: "message_start", message })];
    },
    next(event, traces) {
      if (traces !== "") return thinking ? think(traces) : [];
      if (event.type === "content-delta") return say(text.next(event.text));
      if (event.type === "tool-calls") return [...say(text.end()), ...event.toolCalls.flatMap(call)];
      return [];
    },
    finish(result) {
      return [
        ...say(text.end()),
        ...close(),
        frame({
          type: "message_delta",
          delta: { stop_reason: toStopReason(result), stop_sequence: null },
          usage: toUsage(usageOfRun(result.receipt)),
          massgen_metadata: toMetadata(answer, result.receipt),
        }),
        frame({ type: "message_stop" }),
      ];
    },
  };
}

/** An event of this wire: its name is its type. */
function frame(event: { readonly type: string; readonly [field: string]: unknown }): Frame {
  return eventFrame(event.type, event);
}
