import type { TracePhase } from "../../runs/trace-phase.ts";
import type { Frame } from "../wire.ts";
import { reasoningItem, type ItemStatus, type ReasoningItem } from "./output-items.ts";

/** A reasoning item while it is written. */
export interface OpenReasoning {
  readonly type: "reasoning";
  /** Adds lines of traces. Each phase is a part of the summary. */
  readonly trace: (lines: string, phase: TracePhase) => readonly Frame[];
  /** Adds reasoning of the model that writes the answer. It is content, not summary. */
  readonly think: (text: string) => readonly Frame[];
  /** Ends the open part. */
  readonly end: () => readonly Frame[];
  readonly item: (status: ItemStatus) => ReasoningItem;
}

/** @param frame makes an event of this item */
export function openReasoning(id: string, frame: (type: string, fields: object) => Frame): OpenReasoning {
  const summary: string[] = [];
  const content: string[] = [];
  let open: TracePhase | "content" | undefined;

  function end(): Frame[] {
    const was = open;
    open = undefined;
    if (was === undefined) return [];
    if (was === "content") {
      const at = { item_id: id, content_index: content.length - 1 };
      const text = content.at(-1) ?? "";
      return [
        frame("response.reasoning_text.done", { ...at, text }),
        frame("response.content_part.done", { ...at, part: { type: "reasoning_text", text } }),
      ];
    }
    const at = { item_id: id, summary_index: summary.length - 1 };
    const text = summary.at(-1) ?? "";
    return [
      frame("response.reasoning_summary_text.done", { ...at, text }),
      frame("response.reasoning_summary_part.done", { ...at, part: { type: "summary_text", text } }),
    ];
  }

  return {
    type: "reasoning",
    end,
    item: (status) => reasoningItem(id, summary, content, status),
    trace(sent, phase) {
      // The line feed ends the reasoning, which is a part of its own here.
      const lines = open === "content" ? sent.replace(/^\n/, "") : sent;
      const frames: Frame[] = [];
      const begins = open !== phase;
      if (begins) {
        frames.push(...end());
        summary.push("");
        open = phase;
      }
      const at = { item_id: id, summary_index: summary.length - 1 };
      if (begins) {
        const part = { type: "summary_text", text: "" };
        frames.push(frame("response.reasoning_summary_part.added", { ...at, part }));
      }
      for (const delta of lines.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
        summary[at.summary_index] += delta;
        frames.push(frame("response.reasoning_summary_text.delta", { ...at, delta }));
      }
      return frames;
    },
    think(delta) {
      const frames: Frame[] = [];
      const begins = open !== "content";
      if (begins) {
        frames.push(...end());
        content.push("");
        open = "content";
      }
      const at = { item_id: id, content_index: content.length - 1 };
      if (begins)
        frames.push(frame("response.content_part.added", { ...at, part: { type: "reasoning_text", text: "" } }));
      content[at.content_index] += delta;
      return [...frames, frame("response.reasoning_text.delta", { ...at, delta })];
    },
  };
}
