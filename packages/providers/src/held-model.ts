import { MassgenError, type ChatModel, type ChatRequest, type ModelEvent } from "@massgen/core/model";
import { redactedCause } from "./redact.ts";
import { shownText } from "./wire/upstream-text.ts";

/** Who made a model that is held, and what keeps its words free of secrets. */
export interface Holder {
  /** How messages begin: `backend acme`. */
  readonly label: string;
  readonly redact: (text: string) => string;
}

/**
 * A model of somebody else's making, held to the form of its errors: what it throws is one MassgenError whose texts went through
 * `redact`, and anything else it throws is `internal`. Its events pass as they are, at the consumer's pace.
 */
export function heldModel(model: ChatModel, holder: Holder): ChatModel {
  return {
    model: model.model,
    // Read each time: a provider may learn what its model takes.
    get capabilities() {
      return model.capabilities ?? {};
    },
    stream: (request) => ({ [Symbol.asyncIterator]: () => heldEvents(model, request, holder) }),
  };
}

function heldEvents(model: ChatModel, request: ChatRequest, holder: Holder): AsyncIterator<ModelEvent, void> {
  let events: AsyncIterator<ModelEvent, unknown> | undefined;
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw heldError(error, holder);
    }
  };
  return {
    next: () =>
      held(async () => {
        events ??= model.stream(request)[Symbol.asyncIterator]();
        const result = await events.next();
        return result.done === true ? { done: true, value: undefined } : result;
      }),
    // Not behind a pending `next`: leaving early must reach the model at once.
    return: () =>
      held(async () => {
        await events?.return?.();
        return { done: true, value: undefined };
      }),
  };
}

/** The error that a provider of somebody else's making threw, fit to be shown. */
export function heldError(error: unknown, { label, redact }: Holder): MassgenError {
  if (!MassgenError.isInstance(error)) {
    const said = error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
    const message = `${label}: a defect in the provider: ${shownText(said, redact)}`;
    return new MassgenError("internal", message, { cause: redactedCause(error, redact) });
  }
  const { code, message, retryAfterMs, usage, param, status } = error;
  return new MassgenError(code, redact(message), {
    cause: redactedCause(error.cause, redact),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(usage !== undefined && { usage }),
    ...(param !== undefined && { param }),
    ...(status !== undefined && { status }),
  });
}
