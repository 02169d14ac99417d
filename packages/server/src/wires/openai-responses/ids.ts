import { keyOf, runIdOfKey } from "../run-key.ts";

/**
 * The id of a run's response. Like the ids of its items it contains the run's id, so no index is needed to find the
 * run.
 */
export function responseIdOf(runId: string): string {
  return `resp_${keyOf(runId)}`;
}

/** The id of an item: `rs` for reasoning, `msg` for text, `fc` for calls, each numbered from 0. */
export function itemIdOf(kind: "rs" | "msg" | "fc", runId: string, index = 0): string {
  return `${kind}_${keyOf(runId)}_${index}`;
}

/** The response of an item, and its kind and number. Undefined for an id that was not made here. */
export function ownerOf(
  itemId: string,
): { readonly responseId: string; readonly kind: string; readonly index: number } | undefined {
  const [, kind, key, index] = /^(rs|msg|fc)_([\w-]{1,200})_(\d{1,4})$/.exec(itemId.slice(0, 256)) ?? [];
  return kind === undefined ? undefined : { responseId: `resp_${key}`, kind, index: Number(index) };
}

/** The run of a response. Undefined for an id that was not made here: each run has one id on this wire. */
export function runIdOf(responseId: string): string | undefined {
  const [, key] = /^resp_([\w-]{1,200})$/.exec(responseId.slice(0, 256)) ?? [];
  return key === undefined ? undefined : runIdOfKey(key);
}
