import type { FinishReason, ModelEvent, ToolCallEvent, Usage } from "@massgen/core/model";
import { listOf, numberOf, objectOf, objectsIn, textOf, type JsonObject } from "../wire/json-value.ts";
import { failureOf, type UpstreamFailure } from "../wire/upstream-failure.ts";
import type { CallSignature } from "./signature.ts";
import { createStreamedArguments, type StreamedArguments } from "./streamed-arguments.ts";

/** Reads the chunks of one streamed `generateContent` answer. */
export interface GeminiEvents {
  /** What a chunk adds. A chunk that reports an error gives that instead. */
  readonly push: (chunk: JsonObject) => { readonly events: readonly ModelEvent[]; readonly failure?: UpstreamFailure };
  /** Whether a finish reason or a block reason was seen. */
  readonly finished: () => boolean;
  readonly usage: () => Usage | undefined;
  /** What comes last: calls still open, the finish. Only once finished. */
  readonly end: () => readonly ModelEvent[];
}

const reasons: Readonly<Record<string, FinishReason>> = {
  STOP: "stop",
  FUNCTION_CALL: "stop",
  MAX_TOKENS: "length",
  SAFETY: "content-filter",
  RECITATION: "content-filter",
  LANGUAGE: "content-filter",
  BLOCKLIST: "content-filter",
  PROHIBITED_CONTENT: "content-filter",
  SPII: "content-filter",
  IMAGE_SAFETY: "content-filter",
  IMAGE_PROHIBITED_CONTENT: "content-filter",
  IMAGE_RECITATION: "content-filter",
};

interface OpenCall {
  readonly part: JsonObject;
  readonly call: JsonObject;
  readonly arguments: StreamedArguments;
}

/**
 * @param model the model's name, noted beside signatures
 * @param firstCallNumber the number of the first tool call id that has to be made up
 */
export function createGeminiEvents(model: string, firstCallNumber: number): GeminiEvents {
  let reason: FinishReason | undefined;
  let reported: JsonObject = {};
  let calls = 0;
  let open: OpenCall | undefined;

  function callEvent(part: JsonObject, call: JsonObject, args: unknown): ToolCallEvent {
    const id = textOf(call["id"]);
    const thoughtSignature = textOf(part["thoughtSignature"]);
    const opaque: CallSignature = {
      provider: "gemini",
      model,
      ...(id !== undefined && { id }),
      ...(thoughtSignature !== undefined && { thoughtSignature }),
    };
    calls += 1;
    return {
      type: "tool-call",
      id: id ?? `call_${firstCallNumber + calls - 1}`,
      name: textOf(call["name"]) ?? "",
      arguments: JSON.stringify(args ?? {}),
      opaque,
    };
  }

  function closeCall(): ModelEvent[] {
    if (open === undefined) return [];
    const { part, call, arguments: args } = open;
    open = undefined;
    return [callEvent(part, call, args.value())];
  }

  /** A call comes in one part, or begins with a name and goes on in nameless parts until one says no more will come. */
  function readCall(part: JsonObject, call: JsonObject): ModelEvent[] {
    const goesOn = call["willContinue"] === true;
    if (textOf(call["name"]) !== undefined) {
      const before = closeCall();
      if (!goesOn && !("partialArgs" in call)) return [...before, callEvent(part, call, call["args"])];
      open = { part, call, arguments: createStreamedArguments(objectOf(call["args"]) ?? {}) };
      open.arguments.add(call["partialArgs"]);
      return goesOn ? before : [...before, ...closeCall()];
    }
    open?.arguments.add(call["partialArgs"]);
    return goesOn ? [] : closeCall();
  }

  function readPart(part: JsonObject): ModelEvent[] {
    const call = objectOf(part["functionCall"]);
    if (call !== undefined) return readCall(part, call);
    const text = textOf(part["text"]);
    if (text === undefined) return [];
    return [{ type: part["thought"] === true ? "reasoning-delta" : "text-delta", text }];
  }

  return {
    push(chunk) {
      // Cumulative, but a later report may leave out what an earlier one said.
      reported = { ...reported, ...objectOf(chunk["usageMetadata"]) };
      if ((chunk["error"] ?? false) !== false) return { events: [], failure: failureOf(chunk) };
      const candidate = objectsIn(chunk["candidates"]).find(({ index }) => (numberOf(index) ?? 0) === 0);
      const parts = listOf(objectOf(candidate?.["content"])?.["parts"]);
      const events = parts.flatMap((part) => readPart(objectOf(part) ?? {}));
      const finish = textOf(candidate?.["finishReason"]);
      if (finish !== undefined) reason = reasons[finish] ?? "other";
      if (textOf(objectOf(chunk["promptFeedback"])?.["blockReason"]) !== undefined) reason = "content-filter";
      return { events };
    },
    finished: () => reason !== undefined,
    usage: () => usageOf(reported),
    end() {
      const usage = usageOf(reported);
      const last = closeCall();
      // A call ends with STOP like anything else: the parts decide.
      const final = reason === "stop" && calls > 0 ? "tool-calls" : (reason ?? "other");
      return [...last, { type: "finish", reason: final, ...(usage !== undefined && { usage }) }];
    },
  };
}

function usageOf(reported: JsonObject): Usage | undefined {
  const prompt = numberOf(reported["promptTokenCount"]);
  const answer = numberOf(reported["candidatesTokenCount"]);
  const thoughts = numberOf(reported["thoughtsTokenCount"]);
  const totalTokens = numberOf(reported["totalTokenCount"]);
  // No prompt is empty: an upstream that does not count says 0 everywhere.
  if (!prompt && !answer && !thoughts && !totalTokens) return undefined;
  const toolUse = numberOf(reported["toolUsePromptTokenCount"]) ?? 0;
  const cachedInputTokens = numberOf(reported["cachedContentTokenCount"]);
  return {
    ...(prompt !== undefined && { inputTokens: prompt + toolUse }),
    ...((answer !== undefined || thoughts !== undefined) && { outputTokens: (answer ?? 0) + (thoughts ?? 0) }),
    ...(totalTokens !== undefined && { totalTokens }),
    ...(cachedInputTokens !== undefined && { cachedInputTokens }),
    ...(thoughts !== undefined && { reasoningTokens: thoughts }),
  };
}
