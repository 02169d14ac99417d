import type { BlockReason, FinishReason as SdkFinishReason } from "@google/generative-ai";
import type { FinishReason, ModelEvent, ToolCallEvent, Usage } from "@massgen/core/model";
import { numberOf, objectOf, objectsIn, textOf, type JsonObject } from "../wire/json-value.ts";
import { failureOf, type UpstreamFailure } from "../wire/upstream-failure.ts";
import { isTooDeep } from "./nesting.ts";
import type { CallSignature } from "./signature.ts";
import { createStreamedArguments, type StreamedArguments } from "./streamed-arguments.ts";
import { createUsageMeter } from "./usage.ts";

/** Reads the chunks of one streamed `generateContent` answer. */
export interface GeminiEvents {
  readonly push: (chunk: JsonObject) => GeminiStep;
  /** Whether a finish reason or a block reason was seen. */
  readonly finished: () => boolean;
  readonly usage: () => Usage | undefined;
  /** What comes last: a call still open, the finish. Only once finished. */
  readonly end: () => readonly ModelEvent[];
}

/** What a chunk adds. */
interface GeminiStep {
  readonly events: readonly ModelEvent[];
  /** The chunk reports an error. */
  readonly failure?: UpstreamFailure;
  /** Why the answer cannot be used from here on. */
  readonly problem?: string;
}

/** What newer models say; the SDK's enum ends before them. */
type NewerFinishReason =
  | "FUNCTION_CALL"
  | "IMAGE_OTHER"
  | "IMAGE_PROHIBITED_CONTENT"
  | "IMAGE_RECITATION"
  | "IMAGE_SAFETY"
  | "MALFORMED_RESPONSE"
  | "MISSING_THOUGHT_SIGNATURE"
  | "NO_IMAGE"
  | "TOO_MANY_TOOL_CALLS"
  | "UNEXPECTED_TOOL_CALL";

/** Enum values that stand for a field that was not set. */
const unsaid = new Set<string>([
  "FINISH_REASON_UNSPECIFIED" satisfies `${SdkFinishReason}`,
  "BLOCKED_REASON_UNSPECIFIED" satisfies `${BlockReason}`,
  "BLOCK_REASON_UNSPECIFIED",
]);

const reasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
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
    IMAGE_OTHER: "other",
    NO_IMAGE: "other",
    MALFORMED_FUNCTION_CALL: "other",
    MALFORMED_RESPONSE: "other",
    MISSING_THOUGHT_SIGNATURE: "other",
    TOO_MANY_TOOL_CALLS: "other",
    UNEXPECTED_TOOL_CALL: "other",
    OTHER: "other",
  } satisfies Readonly<
    Record<Exclude<`${SdkFinishReason}`, "FINISH_REASON_UNSPECIFIED"> | NewerFinishReason, FinishReason>
  >),
);

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
  const meter = createUsageMeter();
  let reason: FinishReason | undefined;
  let calls = 0;
  let open: OpenCall | undefined;
  let problem: string | undefined;

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
    if (isTooDeep(call["args"])) problem ??= "the arguments of a tool call are nested too deep";
    else if (textOf(call["name"]) !== undefined) {
      const before = closeCall();
      if (!goesOn && !("partialArgs" in call)) return [...before, callEvent(part, call, call["args"])];
      open = { part, call, arguments: createStreamedArguments(objectOf(call["args"]) ?? {}) };
      addArguments(call);
      return goesOn ? before : [...before, ...closeCall()];
    } else {
      addArguments(call);
      return goesOn ? [] : closeCall();
    }
    return [];
  }

  function addArguments(call: JsonObject): void {
    if (open?.arguments.add(call["partialArgs"]) !== false) return;
    problem ??= "a piece of a tool call's arguments does not say where it belongs";
    open = undefined;
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
      meter.note(chunk["usageMetadata"]);
      if ((chunk["error"] ?? false) !== false) return { events: [], failure: failureOf(chunk) };
      const candidate = objectsIn(chunk["candidates"]).find(({ index }) => (numberOf(index) ?? 0) === 0);
      const events: ModelEvent[] = [];
      for (const part of objectsIn(objectOf(candidate?.["content"])?.["parts"])) {
        events.push(...readPart(part));
        if (problem !== undefined) return { events, problem };
      }
      const finish = reasonIn(candidate?.["finishReason"]);
      if (finish !== undefined) reason = reasons.get(finish) ?? "other";
      if (reasonIn(objectOf(chunk["promptFeedback"])?.["blockReason"]) !== undefined) reason = "content-filter";
      return { events };
    },
    finished: () => reason !== undefined,
    usage: meter.read,
    end() {
      const usage = meter.read();
      // Gemini may leave out the part that ends a call. A call that was cut off is dropped.
      const last = reason === "stop" ? closeCall() : [];
      // A call ends with STOP like anything else: the parts decide.
      const final = reason === "stop" && calls > 0 ? "tool-calls" : (reason ?? "other");
      return [...last, { type: "finish", reason: final, ...(usage !== undefined && { usage }) }];
    },
  };
}

function reasonIn(value: unknown): string | undefined {
  const reason = textOf(value);
  return reason === undefined || unsaid.has(reason) ? undefined : reason;
}
