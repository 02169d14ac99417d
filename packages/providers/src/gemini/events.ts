import type { FinishEvent, ModelEvent, ToolCallEvent, Usage } from "@massgen/core/model";
import {
  createRawNotes,
  createThinkSplitter,
  type EndingSigns,
  failureBeside,
  finishReasonOf,
  type FinishWord,
  finishWordOf,
  flatFailure,
  isFailureReason,
  mostCalls,
  numberOf,
  objectOf,
  objectsIn,
  OversizedAnswer,
  stoppedBy,
  textOf,
  type ThinkPiece,
} from "@massgen/provider-kit/parts";
import type { JsonObject, UpstreamFailure } from "@massgen/provider-kit/wire";
import { isAnswer } from "./chunks.ts";
import { reasonIn, reasons } from "./finish-reasons.ts";
import { isTooDeep } from "./nesting.ts";
import type { CallSignature } from "./signature.ts";
import { createStreamedArguments, type StreamedArguments } from "./streamed-arguments.ts";
import { createUsageMeter } from "./usage.ts";

/** Reads the chunks of one streamed `generateContent` answer, of at most {@link mostCalls} calls. */
export interface GeminiEvents {
  /** @throws OversizedAnswer for more than can be held */
  readonly push: (chunk: JsonObject) => GeminiStep;
  /** Whether a finish reason or a block reason was seen. */
  readonly finished: () => boolean;
  readonly usage: () => Usage | undefined;
  /** What comes last: text held back, a call still open, the finish. Only once finished. */
  readonly end: () => readonly ModelEvent[];
  /** What the model wrote in place of a call, as far as the service says: it throws calls away that it cannot read. */
  readonly malformed: () => string;
}

/** What a chunk adds. */
interface GeminiStep {
  readonly events: readonly ModelEvent[];
  readonly signs: EndingSigns;
  /** The chunk reports an error. */
  readonly failure?: UpstreamFailure;
  /** Why the answer cannot be used from here on. */
  readonly problem?: string;
}

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
  const raw = createRawNotes();
  const thoughts = createThinkSplitter();
  let reason: FinishWord | undefined;
  let said = false;
  let calls = 0;
  let open: OpenCall | undefined;
  let problem: string | undefined;
  let malformed = "";

  function callEvent(part: JsonObject, call: JsonObject, args: unknown): ToolCallEvent {
    if (calls === mostCalls) throw new OversizedAnswer(`${mostCalls} tool calls`);
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
    if (part["thought"] === true) return [{ type: "reasoning-delta", text }, ...thoughts.plain().map(eventOf)];
    if (!thoughts.passes()) return spoken(thoughts.push(text));
    said = true;
    return [{ type: "text-delta", text }];
  }

  function spoken(pieces: readonly ThinkPiece[]): ModelEvent[] {
    said ||= pieces.some(({ kind }) => kind === "text");
    return pieces.map(eventOf);
  }

  function readReasons(chunk: JsonObject, candidate: JsonObject | undefined): boolean {
    const finish = reasonIn(candidate?.["finishReason"]);
    const word = finish === undefined ? undefined : (reasons.get(finish) ?? finishWordOf(finish));
    const block = reasonIn(objectOf(chunk["promptFeedback"])?.["blockReason"]);
    const blocked = block !== undefined;
    raw.end(block ?? finish);
    reason = blocked ? "content-filter" : (word ?? reason);
    if (finish === "MALFORMED_FUNCTION_CALL") malformed = textOf(candidate?.["finishMessage"]) ?? malformed;
    return blocked || word !== undefined;
  }

  /** The candidate that is the answer: the first that brings something. We ask for one. */
  let owner: number | undefined;

  /** Adds what a candidate brings to the events. True when it is a sign of work. */
  function readCandidate(number: number, candidate: JsonObject, events: ModelEvent[]): boolean {
    const parts = objectsIn(objectOf(candidate["content"])?.["parts"]);
    const works = parts.some(isWork);
    if (works) owner ??= number;
    if (owner !== undefined && owner !== number) return false;
    for (const part of parts) {
      events.push(...readPart(part));
      if (problem !== undefined) break;
    }
    return works;
  }

  function answering(candidates: readonly JsonObject[]): JsonObject | undefined {
    return owner === undefined
      ? candidates[0]
      : candidates.find((candidate, at) => (numberOf(candidate["index"]) ?? at) === owner);
  }

  return {
    push(chunk) {
      meter.note(chunk["usageMetadata"]);
      raw.identify(chunk["responseId"], chunk["modelVersion"]);
      const candidates = objectsIn(chunk["candidates"]);
      const failure = failureIn(chunk, candidates);
      if (failure !== undefined) return { events: [], signs: nothing, failure };
      const events: ModelEvent[] = [];
      let works = false;
      for (const [at, candidate] of candidates.entries()) {
        works = readCandidate(numberOf(candidate["index"]) ?? at, candidate, events) || works;
      }
      const signs: EndingSigns = { said: works, reason: readReasons(chunk, answering(candidates)), last: false };
      return problem === undefined ? { events, signs } : { events, signs, problem };
    },
    finished: () => reason !== undefined,
    usage: meter.read,
    malformed: () => malformed,
    end() {
      const usage = meter.read();
      const words = raw.read();
      const rest = spoken(thoughts.end());
      // Gemini may leave out the part that ends a call. A call that was cut off is dropped.
      const last = reason === "stop" ? closeCall() : [];
      // A call ends with STOP like anything else: the parts decide.
      const called = calls > 0 && reason !== "other";
      const final = finishReasonOf(reason, { called, said: said && open === undefined, marked: true });
      const finish: FinishEvent = {
        type: "finish",
        reason: final,
        ...(usage !== undefined && { usage }),
        ...(words !== undefined && { raw: words }),
      };
      return [...rest, ...last, finish];
    },
  };
}

const nothing: EndingSigns = { said: false, reason: false, last: false };

/** Whether a part is a sign of work: a signature is, even beside an empty text. */
function isWork(part: JsonObject): boolean {
  return textOf(part["text"]) !== undefined || textOf(part["thoughtSignature"]) !== undefined || "functionCall" in part;
}

function eventOf({ kind, text }: ThinkPiece): ModelEvent {
  return { type: kind === "text" ? "text-delta" : "reasoning-delta", text };
}

function failureIn(chunk: JsonObject, candidates: readonly JsonObject[]): UpstreamFailure | undefined {
  let beside = failureBeside(chunk);
  for (const candidate of candidates) beside ??= failureBeside(candidate);
  if (beside !== undefined) return beside;
  if (!isAnswer(chunk)) return flatFailure(chunk);
  const word = candidates.map(({ finishReason }) => reasonIn(finishReason)).find((finish) => finish !== undefined);
  const known = word === undefined || reasons.has(word) || finishWordOf(word) !== "unknown";
  return !known && isFailureReason(word) ? stoppedBy(word) : undefined;
}
