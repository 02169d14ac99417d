import type { FinishEvent, ModelEvent, Usage } from "@massgen/core/model";
import type { HalfCall } from "@massgen/provider-kit/forcing";
import {
  createRawNotes,
  createThinkSplitter,
  type EndingSigns,
  failureBeside,
  failureInEnvelope,
  finishReasonOf,
  finishText,
  type FinishWord,
  finishWordOf,
  flatFailure,
  isFailureReason,
  numberOf,
  objectOf,
  objectsIn,
  stoppedBy,
  textOf,
  type ThinkPiece,
} from "@massgen/provider-kit/parts";
import type { JsonObject, UpstreamFailure } from "@massgen/provider-kit/wire";
import type { CallOwner } from "./call-fields.ts";
import { createChoiceOwners } from "./choice-owners.ts";
import { contentOf, entriesOf, isSealedThought, reasoningOf, speaks } from "./delta.ts";
import { createReasoningCollector } from "./reasoning-record.ts";
import { createToolCallCollector } from "./tool-call-collector.ts";
import { usageOf } from "./usage.ts";
import type { ReasoningField } from "./vendor.ts";

/** Reads the chunks of one streamed chat completion, or a whole completion as if it were one chunk. */
export interface ChatEvents {
  /** What a chunk adds. A chunk that reports an error gives that as well. */
  readonly push: (chunk: JsonObject) => ChatStep;
  /** Whether a finish reason of the answer was seen. */
  readonly finished: () => boolean;
  /** Whether the answer says itself that it is not all there. */
  readonly cut: () => boolean;
  /** Whether text or calls came. */
  readonly answered: () => boolean;
  /** Whether anything came as a delta, which other deltas may follow, and not as a whole message. */
  readonly streamed: () => boolean;
  readonly usage: () => Usage | undefined;
  /**
   * What comes last: text held back, tool calls, the finish.
   * @param marked whether the wire's own end marker came
   */
  readonly end: (marked: boolean) => readonly ModelEvent[];
  /** The calls that `end` leaves out because they were cut off. */
  readonly halfCalls: () => readonly HalfCall[];
}

/** What a chunk adds. */
export interface ChatStep {
  readonly events: readonly ModelEvent[];
  readonly signs: EndingSigns;
  readonly failure?: UpstreamFailure;
}

/** What a choice of a chunk adds, and whether it says something or has a reason to finish. */
interface ReadChoice {
  readonly events: readonly ModelEvent[];
  readonly said: boolean;
  readonly reason: boolean;
}

/** What has to be known of a model to read its answers. */
export interface AnswerStyle {
  /** Whether answers may begin with thoughts and no opening tag. */
  readonly bareThoughts?: boolean;
  /** Who is asked; with it, fields of tool calls that are none of OpenAI's travel with them. */
  readonly owner?: CallOwner;
  /** In which field the thinking has to travel beside the tool calls after it. */
  readonly reasoningBack?: ReasoningField;
}

/** @param firstCallNumber the number of the first tool call id that has to be made up */
export function createChatEvents(firstCallNumber: number, style: AnswerStyle = {}): ChatEvents {
  const { owner, reasoningBack } = style;
  const thoughts = createThinkSplitter(style.bareThoughts);
  const kept =
    owner === undefined || reasoningBack === undefined
      ? undefined
      : createReasoningCollector({ ...owner, field: reasoningBack });
  const calls = createToolCallCollector(firstCallNumber);
  const owners = createChoiceOwners();
  const raw = createRawNotes();
  let finished = false;
  let refused = false;
  let streamed = false;
  let said = false;
  let called = false;
  let usage: Usage | undefined;

  /** What a choice brings. Behind deltas, a whole message only says again what they said, if they said anything. */
  function deltaOf(choice: JsonObject): JsonObject {
    const delta = objectOf(choice["delta"]);
    const message = objectOf(choice["message"]);
    streamed ||= delta !== undefined;
    const silent = !said && !called && (delta === undefined || !speaks(delta));
    if (message !== undefined && (!streamed || (silent && finishWordOf(choice["finish_reason"]) !== undefined)))
      return message;
    if (delta !== undefined) return delta;
    const text = streamed ? undefined : textOf(choice["text"]);
    return text === undefined ? {} : { content: text };
  }

  function readAt(choice: JsonObject, at: number): ReadChoice {
    return readChoice(numberOf(choice["index"]) ?? at, choice);
  }

  function together(choices: readonly JsonObject[]): ReadChoice {
    const read = choices.map(readAt);
    return {
      events: read.flatMap((one) => one.events),
      said: read.some((one) => one.said),
      reason: read.some((one) => one.reason),
    };
  }

  function readChoice(number: number, choice: JsonObject): ReadChoice {
    const delta = deltaOf(choice);
    const content = contentOf(delta["content"]);
    const refusal = textOf(delta["refusal"]);
    const spoken = (content.text !== "" || refusal !== undefined) && owners.owns("text", number);
    const reasoning = reasoningOf(delta, content.thinking);
    const thought = (reasoning !== "" || isSealedThought(delta)) && owners.owns("reasoning", number);
    const entries = entriesOf(delta);
    const calling = entries.length > 0 && owners.owns("calls", number);
    const word = finishWordOf(choice["finish_reason"]);
    // Some routers send a further chunk without a reason: it must not take the reason back.
    const reason = word !== undefined && owners.finish(number, word);
    finished ||= reason;
    if (reason) raw.end(choice["finish_reason"]);

    const events: ModelEvent[] = [];
    if (thought) {
      kept?.add(delta);
      if (reasoning !== "") {
        events.push({ type: "reasoning-delta", text: reasoning }, ...thoughts.plain().map(eventOf));
      }
    }
    if (spoken) {
      if (thoughts.passes()) events.push({ type: "text-delta", text: content.text });
      else events.push(...thoughts.push(content.text).map(eventOf));
      if (refusal !== undefined) events.push({ type: "text-delta", text: refusal });
      refused ||= refusal !== undefined;
    }
    if (calling) for (const entry of entries) calls.add(entry);
    called ||= calling;
    said ||= events.some(isText);
    return { events, said: spoken || thought || calling, reason };
  }

  return {
    push(chunk) {
      raw.identify(chunk["id"], chunk["model"]);
      const reported = usageOf(chunk);
      usage = reported ?? usage;
      const choices = objectsIn(chunk["choices"]);
      const failure = failureIn(chunk, choices);
      const last = choices.length === 0 && reported !== undefined;
      const { events, said: speaking, reason } = choices.length === 1 ? readAt(choices[0] ?? {}, 0) : together(choices);
      const signs: EndingSigns = { said: speaking, reason, last };
      return failure === undefined ? { events, signs } : { events, signs, failure };
    },
    finished: () => finished && owners.word() !== undefined,
    cut: () => isCut(owners.word()),
    answered: () => said || called,
    streamed: () => streamed,
    usage: () => usage,
    halfCalls: calls.half,
    end(marked) {
      const word = owners.word();
      const rest = thoughts.end().map(eventOf);
      const collected = calls.end(isCut(word));
      const thinking = kept?.record();
      const toolCalls = collected.map(({ call, fields }, at): ModelEvent => {
        const record = at === 0 ? thinking : undefined;
        if (owner === undefined || (fields === undefined && record === undefined)) return call;
        return { ...call, opaque: { ...owner, ...record, ...fields } };
      });
      const holds = {
        called: toolCalls.length > 0,
        // Calls that came to nothing leave no whole text behind.
        said: !called && (said || rest.some(isText)),
        marked,
      };
      const reason = finishReasonOf(word, holds);
      const words = raw.read();
      const finish: FinishEvent = {
        type: "finish",
        reason: refused && !holds.called && reason !== "length" ? "content-filter" : reason,
        ...(usage !== undefined && { usage }),
        ...(words !== undefined && { raw: words }),
      };
      return [...rest, ...toolCalls, finish];
    },
  };
}

function isText({ type }: ModelEvent): boolean {
  return type === "text-delta";
}

function isCut(word: FinishWord | undefined): boolean {
  return word === "length" || word === "content-filter";
}

function failureIn(chunk: JsonObject, choices: readonly JsonObject[]): UpstreamFailure | undefined {
  let beside = failureBeside(chunk);
  for (const choice of choices) {
    beside ??=
      failureBeside(choice) ?? failureBeside(objectOf(choice["delta"])) ?? failureBeside(objectOf(choice["message"]));
  }
  beside ??= failureInEnvelope(chunk);
  if (beside !== undefined) return beside;
  if ((choices.length === 0 && !isPart(chunk)) || chunk["object"] === "error") return flatFailure(chunk);
  for (const { finish_reason: finish } of choices) {
    const word = finish === null ? undefined : finishText(finish);
    if (word !== undefined && finishWordOf(word) === "unknown" && isFailureReason(word)) return stoppedBy(word);
  }
  return undefined;
}

function eventOf({ kind, text }: ThinkPiece): ModelEvent {
  switch (kind) {
    case "text":
      return { type: "text-delta", text };
    case "reasoning":
      return { type: "reasoning-delta", text };
  }
}

/**
 * Whether a chunk without choices says that it is one, and nothing that an error would: most answers end with such a
 * one.
 */
function isPart({ object, code, status, message, detail, success }: JsonObject): boolean {
  return (
    object === "chat.completion.chunk" &&
    [code, status, message, detail, success].every((field) => field === undefined || field === null)
  );
}
