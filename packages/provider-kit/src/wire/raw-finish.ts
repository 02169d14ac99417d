import type { RawFinish } from "@massgen/core/model";

/** The most characters of each field. */
const longestField = 200;

/** Collects what a service says of one answer in its own words. */
export interface RawNotes {
  /** Takes the answer's id and model from an event that may have them. The first of each counts. */
  readonly identify: (responseId: unknown, servedModel: unknown) => void;
  /** Takes the reason for the end. The last one counts. */
  readonly end: (reason: unknown) => void;
  /** Undefined as long as nothing was said. */
  readonly read: () => RawFinish | undefined;
}

/** Makes the notes of one answer. They keep 200 characters of each field at most. */
export function createRawNotes(): RawNotes {
  let responseId: string | undefined;
  let servedModel: string | undefined;
  let reason: string | undefined;
  return {
    identify(id, model) {
      responseId ??= fieldIn(id);
      servedModel ??= fieldIn(model);
    },
    end(said) {
      reason = fieldIn(said) ?? reason;
    },
    read: () => rawFinish({ reason, responseId, servedModel }),
  };
}

/** The fields that are texts and not empty, cut; undefined where none is. */
export function rawFinish(said: { readonly [Name in keyof RawFinish]?: unknown }): RawFinish | undefined {
  const [reason, responseId, servedModel] = [fieldIn(said.reason), fieldIn(said.responseId), fieldIn(said.servedModel)];
  if (reason === undefined && responseId === undefined && servedModel === undefined) return undefined;
  return {
    ...(reason !== undefined && { reason }),
    ...(responseId !== undefined && { responseId }),
    ...(servedModel !== undefined && { servedModel }),
  };
}

function fieldIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, longestField) : undefined;
}
