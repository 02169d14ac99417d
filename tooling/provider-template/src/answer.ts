import type { FinishReason } from "@massgen/core/model";
import { failureOf, usageFrom, type AnswerReader, type AnswerStep, type JsonObject } from "@massgen/provider-kit/wire";

/** A map: a word such as `constructor` would find something in a plain object. */
const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ["done", "stop"],
  ["too_long", "length"],
  ["calls", "tool-calls"],
  ["filtered", "content-filter"],
]);

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
        return usageOf(event);
      case "error":
        return { failure: failureOf(event) };
      case "end":
        return {
          finish: reasons.get(textIn(event["reason"])) ?? "stop",
          // In Acme's own words, for whoever has to ask Acme about this answer.
          raw: {
            reason: textIn(event["reason"]),
            responseId: textIn(event["id"]),
            servedModel: textIn(event["model"]),
          },
        };
      default:
        return {};
    }
  };
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Acme's figures; what it leaves out is unknown, not 0. */
function usageOf({ input, output, total, cached, written, thought }: JsonObject): AnswerStep {
  const usage = usageFrom({
    inputTokens: input,
    outputTokens: output,
    totalTokens: total,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: thought,
  });
  return usage === undefined ? {} : { usage };
}
