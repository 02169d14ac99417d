const start = "run_";

/**
 * The id of a run's response. It, and the ids of all items, hold the run's id, so that whoever names one names the run
 * without an index.
 */
export function responseIdOf(runId: string): string {
  return `resp_${keyOf(runId)}`;
}

/** The id of an item of a response: `rs` for reasoning, `msg`, `fc` for calls, each numbered from 0. */
export function itemIdOf(kind: "rs" | "msg" | "fc", runId: string, index = 0): string {
  return `${kind}_${keyOf(runId)}_${index}`;
}

/** The response that an item belongs to, and which it is; undefined for an id of another make. */
export function ownerOf(
  itemId: string,
): { readonly responseId: string; readonly kind: string; readonly index: number } | undefined {
  const [, kind, key, index] = /^(rs|msg|fc)_([\w-]{1,200})_(\d{1,4})$/.exec(itemId.slice(0, 256)) ?? [];
  return kind === undefined ? undefined : { responseId: `resp_${key}`, kind, index: Number(index) };
}

function keyOf(runId: string): string {
  return runId.startsWith(start) ? runId.slice(start.length) : runId;
}
