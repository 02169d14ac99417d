import type { FinishReason, Usage } from "@massgen/core/model";
import { failureOf, type AnswerReader } from "@massgen/providers/wire";

const reasons: Readonly<Record<string, FinishReason>> = {
  done: "stop",
  too_long: "length",
  calls: "tool-calls",
  filtered: "content-filter",
};

/** Reads an answer of Acme's: one JSON object per event, `type` says which. Types that are new are skipped. */
export function createReader(): AnswerReader {
  return (event) => {
    switch (event["type"]) {
      case "text":
        return { events: [{ type: "text-delta", text: textIn(event["text"]) }] };
      case "thought":
        return { events: [{ type: "reasoning-delta", text: textIn(event["text"]) }] };
      case "call": {
        const { id, name, arguments: args } = event;
        // The contract wants a JSON text; Acme sends nothing where a tool takes no arguments.
        const call = { id: textIn(id), name: textIn(name), arguments: textIn(args) || "{}" };
        return { events: [{ type: "tool-call", ...call }] };
      }
      case "usage":
        return { usage: usageOf(event) };
      case "error":
        return { failure: failureOf(event) };
      case "end":
        return { finish: reasons[textIn(event["reason"])] ?? "other" };
      default:
        return {};
    }
  };
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Acme's figures; what it leaves out is unknown, not 0. */
function usageOf({ input, output, total, cached, thought }: Readonly<Record<string, unknown>>): Usage {
  return {
    ...(typeof input === "number" && { inputTokens: input }),
    ...(typeof output === "number" && { outputTokens: output }),
    ...(typeof total === "number" && { totalTokens: total }),
    ...(typeof cached === "number" && { cachedInputTokens: cached }),
    ...(typeof thought === "number" && { reasoningTokens: thought }),
  };
}
