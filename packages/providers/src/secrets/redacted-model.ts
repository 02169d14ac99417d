import {
  contractVersion,
  type ChatModel,
  type ChatRequest,
  type ModelEvent,
  type RawFinish,
  type ReasoningDeltaEvent,
  type TextDeltaEvent,
} from "@massgen/core/model";
import type { Redactor } from "../redact.ts";
import { nextAtHand, objectOf, parseJson, writeJson, type EventIterator } from "@massgen/provider-kit/parts";

/**
 * A model whose answers show no secret, should it repeat one: texts, reasoning and arguments lose it where it stands as
 * it is, names, ids and extra fields of tool calls in any spelling. A piece of text is held back only as far as it may
 * be the beginning of a secret.
 */
export function withoutSecrets(model: ChatModel, redactor: Redactor): ChatModel {
  return {
    contract: contractVersion,
    model: model.model,
    // Read each time: a provider may learn what its model takes.
    get capabilities() {
      return model.capabilities ?? {};
    },
    stream: (request) => ({ [Symbol.asyncIterator]: () => redactedEvents(model, request, redactor) }),
  };
}

function redactedEvents(
  model: ChatModel,
  request: ChatRequest,
  redactor: Redactor,
): AsyncIterator<ModelEvent, unknown> {
  const inner: EventIterator = model.stream(request)[Symbol.asyncIterator]();
  const text = redactor.answerFilter();
  const reasoning = redactor.answerFilter();
  if (text === undefined || reasoning === undefined) return inner;
  // What goes out before anything else is asked for: texts that were held, and what they were held in front of.
  const ready: IteratorResult<ModelEvent, void>[] = [];
  let failure: { readonly thrown: unknown } | undefined;

  const put = (event: ModelEvent): void => void ready.push({ done: false, value: event });
  const putText = (type: "text-delta" | "reasoning-delta", piece: string): void => {
    if (piece !== "") put({ type, text: piece });
  };
  const end = (): void => {
    putText("reasoning-delta", reasoning.end());
    putText("text-delta", text.end());
  };
  /** Takes an event in; true when it can go out as it is. */
  const take = (event: ModelEvent): boolean => {
    switch (event.type) {
      case "text-delta":
        putText("reasoning-delta", reasoning.release());
        return passes(event, text.push(event.text));
      case "reasoning-delta":
        putText("text-delta", text.release());
        return passes(event, reasoning.push(event.text));
      case "tool-call":
        putText("reasoning-delta", reasoning.release());
        putText("text-delta", text.release());
        put({
          ...event,
          id: named(redactor, event.id),
          name: named(redactor, event.name),
          arguments: whole(redactor, event.arguments),
          ...(event.opaque !== undefined && { opaque: bareOpaque(redactor, event.opaque) }),
        });
        return false;
      case "finish":
        end();
        put(event.raw === undefined ? event : { ...event, raw: bareRaw(redactor, event.raw) });
        return false;
    }
  };
  const passes = (event: TextDeltaEvent | ReasoningDeltaEvent, piece: string): boolean => {
    if (piece === event.text && ready.length === 0) return true;
    putText(event.type, piece);
    return false;
  };

  /** Goes on until something can go out. */
  const drain = async (): Promise<IteratorResult<ModelEvent, void>> => {
    for (;;) {
      const first = ready.shift();
      if (first !== undefined) return first;
      if (failure !== undefined) throw failure.thrown;
      await inner.next().then(taken, failed);
    }
  };
  const taken = (result: IteratorResult<ModelEvent, unknown>): void => {
    if (result.done === true) {
      end();
      ready.push({ done: true, value: undefined });
    } else if (take(result.value)) put(result.value);
  };
  const failed = (thrown: unknown): void => {
    end();
    failure = { thrown };
  };
  /** Most events go out as they are: for them there is one step, and no loop. */
  const passed = (
    result: IteratorResult<ModelEvent, unknown>,
  ): IteratorResult<ModelEvent, void> | Promise<IteratorResult<ModelEvent, void>> => {
    if (result.done !== true && take(result.value)) return result;
    if (result.done === true) taken(result);
    return drain();
  };
  const broken = (thrown: unknown): Promise<IteratorResult<ModelEvent, void>> => {
    failed(thrown);
    return drain();
  };

  return {
    next() {
      if (ready.length > 0 || failure !== undefined) return drain();
      try {
        const result = inner[nextAtHand]?.();
        return result === undefined ? inner.next().then(passed, broken) : Promise.resolve(passed(result));
      } catch (thrown) {
        return broken(thrown);
      }
    },
    async return() {
      await inner.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** The most characters that are read in every spelling. */
const longestName = 64 * 1024;

function bareRaw(redactor: Redactor, raw: RawFinish): RawFinish {
  return Object.fromEntries(Object.entries(raw).map(([name, text]: [string, string]) => [name, named(redactor, text)]));
}

/**
 * The extra fields of a call go to clients with it. The rest is for its provider alone, which needs it unchanged.
 */
function bareOpaque(redactor: Redactor, opaque: unknown): unknown {
  const record = objectOf(opaque);
  if (record === undefined) return opaque;
  const shown = ["fields", "functionFields"].filter((name) => record[name] !== undefined);
  if (shown.length === 0) return opaque;
  return { ...record, ...Object.fromEntries(shown.map((name) => [name, bareJson(redactor, record[name])])) };
}

/** Undefined where what is left is no JSON any more. */
function bareJson(redactor: Redactor, value: unknown): unknown {
  const written = writeJson(value);
  if (written === undefined) return undefined;
  const bare = named(redactor, written);
  return bare === written ? value : parseJson(bare);
}

function named(redactor: Redactor, text: string): string {
  return text.length > longestName ? whole(redactor, text) : redactor.redactKnown(text);
}

function whole(redactor: Redactor, text: string): string {
  const filter = redactor.answerFilter();
  return filter === undefined ? text : filter.push(text) + filter.end();
}
