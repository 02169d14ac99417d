import type { RunEvent } from "@massgen/core";
import type { ToolCall } from "@massgen/core/model";
import type { Problem } from "../../problem.ts";
import { tracePhaseOf } from "../../runs/trace-phase.ts";
import { wholeText } from "../../runs/whole-text.ts";
import { errorBody } from "../openai-error.ts";
import type { Answered, Frame } from "../wire.ts";
import { itemIdOf } from "./ids.ts";
import { numberedFrames } from "./numbered-frames.ts";
import { callItem, messageItem, textPart, type OutputItem } from "./output-items.ts";
import { openReasoning, type OpenReasoning } from "./reasoning-events.ts";
import { statusOf, toResponse, type Progress, type ResponseAnswer } from "./response.ts";

/** Turns the events of one run, in order, into the events of a streamed response. */
export interface ResponseEventsFold {
  readonly start: () => readonly Frame[];
  readonly next: (event: RunEvent, traces: string) => readonly Frame[];
  readonly finish: (result: Answered) => readonly Frame[];
  readonly fail: (problem: Problem) => readonly Frame[];
  readonly cancelled: () => readonly Frame[];
  readonly body: () => object;
  readonly snapshot: (after: number) => readonly Frame[];
}

/** What has become of a response. */
type Made = Omit<Progress, "output" | "begunAtMs">;

/** The item that is being written. */
type OpenItem = OpenReasoning | { readonly type: "message"; readonly id: string; text: string };

/** @param after the number of the last event that the client has */
export function toResponseEvents(answer: ResponseAnswer, after = -1): ResponseEventsFold {
  const { runId, own, live = false } = answer;
  const numbered = numberedFrames(after, live);
  const { frame } = numbered;
  const output: OutputItem[] = [];
  const content = wholeText();
  const thoughts = wholeText();
  let calls = 0;
  let progress: Made = { status: own.background ? "queued" : "in_progress" };
  let begunAtMs = answer.startedAt;
  let open: OpenItem | undefined;
  /** While the answer streams: traces that come meanwhile, for behind it. A late viewer gets these before the text. */
  let held: { readonly event: RunEvent; readonly traces: string }[] | undefined;

  /** An event of the item that is open, or that is added next. */
  function itemFrame(type: string, fields: object): Frame {
    return frame(type, { output_index: output.length, ...fields });
  }

  function body(): object {
    return toResponse(answer, { ...progress, begunAtMs, output: [...output] });
  }

  function whole(type: string, made: Made = progress): Frame {
    progress = made;
    return frame(type, { response: body() });
  }

  function count(type: OutputItem["type"]): number {
    return output.filter((item) => item.type === type).length;
  }

  function added(item: OutputItem): Frame {
    return itemFrame("response.output_item.added", { item });
  }

  function done(item: OutputItem): Frame {
    const last = itemFrame("response.output_item.done", { item });
    output.push(item);
    return last;
  }

  function close(status: "completed" | "incomplete" = "completed"): Frame[] {
    const item = open;
    open = undefined;
    if (item === undefined) return [];
    if (item.type === "reasoning") return [...item.end(), done(item.item(status))];
    const at = { item_id: item.id, content_index: 0 };
    return [
      itemFrame("response.output_text.done", { ...at, text: item.text, logprobs: [] }),
      itemFrame("response.content_part.done", { ...at, part: textPart(item.text) }),
      done(messageItem(item.id, [item.text], status)),
    ];
  }

  /** Adds to the reasoning item, which begins if it is not open. */
  function reason(add: (item: OpenReasoning) => readonly Frame[]): readonly Frame[] {
    if (open?.type === "reasoning") return add(open);
    const frames = close();
    const item = openReasoning(itemIdOf("rs", runId, count("reasoning")), itemFrame);
    open = item;
    return [...frames, added(item.item("in_progress")), ...add(item)];
  }

  function trace(event: RunEvent, traces: string): readonly Frame[] {
    return traces === "" ? [] : reason((item) => item.trace(traces, tracePhaseOf(event)));
  }

  /** The answer is there: what was held back follows. */
  function release(status: "completed" | "incomplete" = "completed"): Frame[] {
    const late = held ?? [];
    held = undefined;
    return late.length === 0 ? [] : [...close(status), ...late.flatMap(({ event, traces }) => trace(event, traces))];
  }

  /** Its run has begun. */
  function begin(atMs: number): readonly Frame[] {
    begunAtMs = atMs;
    return progress.status === "queued" ? [whole("response.in_progress", { status: "in_progress" })] : [];
  }

  function beginMessage(): Frame[] {
    const frames = close();
    const id = itemIdOf("msg", runId, count("message"));
    open = { type: "message", id, text: "" };
    return [
      ...frames,
      added(messageItem(id, [], "in_progress")),
      itemFrame("response.content_part.added", { item_id: id, content_index: 0, part: textPart("") }),
    ];
  }

  function say(text: string): Frame[] {
    if (text === "") return [];
    const frames = open?.type === "message" ? [] : beginMessage();
    if (open?.type !== "message") return frames;
    open.text += text;
    const at = { item_id: open.id, content_index: 0 };
    const fields = { output_index: output.length, ...at, logprobs: [] };
    return [...frames, numbered.text("response.output_text.delta", fields, text)];
  }

  function call(toolCall: ToolCall): Frame[] {
    const frames = close();
    const item = callItem(toolCall, own.tools, itemIdOf("fc", runId, calls++));
    const at = { item_id: item.id };
    if (item.type === "custom_tool_call") {
      return [
        ...frames,
        added({ ...item, input: "", status: "in_progress" }),
        itemFrame("response.custom_tool_call_input.delta", { ...at, delta: item.input }),
        itemFrame("response.custom_tool_call_input.done", { ...at, input: item.input }),
        done(item),
      ];
    }
    return [
      ...frames,
      added({ ...item, arguments: "", status: "in_progress" }),
      itemFrame("response.function_call_arguments.delta", { ...at, delta: item.arguments }),
      itemFrame("response.function_call_arguments.done", { ...at, name: item.name, arguments: item.arguments }),
      done(item),
    ];
  }

  return {
    body,
    // One in the background waits in line, perhaps for no time at all: all its viewers see the same events.
    start: () => [whole("response.created"), whole(own.background ? "response.queued" : "response.in_progress")],
    next(event, traces) {
      if (event.type === "run-started") return [...begin(event.startedAt), ...trace(event, traces)];
      if (held !== undefined && traces !== "") {
        held.push({ event, traces });
        return [];
      }
      if (live && event.type === "answer-started" && !event.written) {
        const frames = trace(event, traces);
        held = [];
        numbered.leaveRoom();
        return frames;
      }
      // Clients with this wire can tell the author's own reasoning from the lines about it.
      const own = event.type === "reasoning-delta" ? thoughts.next(event.text.replaceAll("\r", "")) : "";
      if (traces !== "" && own !== "") return reason((item) => item.think(own));
      if (traces !== "") return trace(event, traces);
      if (event.type === "content-delta") return say(content.next(event.text));
      if (event.type === "tool-calls") return [...say(content.end()), ...release(), ...event.toolCalls.flatMap(call)];
      return [];
    },
    finish(result) {
      const status = statusOf(result);
      const rest = [...say(content.end()), ...release(status)];
      const silent = output.every(({ type }) => type === "reasoning") && open?.type !== "message";
      const frames = [...rest, ...(silent ? beginMessage() : []), ...close(status)];
      return [...frames, whole(`response.${status}`, { status, result })];
    },
    fail(problem) {
      const frames = close("incomplete");
      if (held !== undefined) numbered.passRoom();
      // As at OpenAI. LangChain JS takes the second event alone for the end of a complete answer.
      const { error } = errorBody(problem);
      const { code, message, param } = error;
      frames.push(frame("error", { code, message, param, error }));
      return [...frames, whole("response.failed", { status: "failed", problem })];
    },
    // OpenAI has no event for it.
    cancelled() {
      const frames = close("incomplete");
      if (held !== undefined) numbered.passRoom();
      return [...frames, whole("response.incomplete", { status: "cancelled" })];
    },
    snapshot(number) {
      numbered.goBehind(number);
      const item =
        open?.type === "message" ? messageItem(open.id, [open.text], "in_progress") : open?.item("in_progress");
      const soFar = { ...progress, begunAtMs, output: [...output, ...(item ? [item] : [])] };
      const type = progress.status === "queued" ? "response.queued" : "response.in_progress";
      return [frame(type, { response: toResponse(answer, soFar) })];
    },
  };
}
