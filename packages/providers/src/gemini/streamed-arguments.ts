import { createHold } from "../wire/oversized-answer.ts";
import { objectsIn, textOf } from "../wire/json-value.ts";

type Container = Record<string | number, unknown>;

/** Arguments that arrive piece by piece, as values at JSON paths (`$.items[0].name`). */
export interface StreamedArguments {
  /** Takes a `partialArgs` list. Pieces of a text at the same path are joined. */
  readonly add: (partialArgs: unknown) => void;
  readonly value: () => unknown;
}

/** Starts with the arguments already known. */
export function createStreamedArguments(known: Readonly<Record<string, unknown>>): StreamedArguments {
  const root: Container = { ...known };
  const hold = createHold();
  return {
    add(partialArgs) {
      for (const piece of objectsIn(partialArgs)) {
        hold(textOf(piece["stringValue"]) ?? "");
        const path = stepsOf(textOf(piece["jsonPath"]) ?? "");
        if (path.length > 0) put(root, path, piece);
      }
    },
    value: () => root,
  };
}

/** The steps of a path; empty for one that cannot be followed. A step to the prototype is no step. */
function stepsOf(path: string): (string | number)[] {
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[["']([^"']+)["']\]/g)].map(([, name, index, quoted]) =>
    index === undefined ? (name ?? quoted ?? "") : Number(index),
  );
  const unusable = steps.some((step) => step === "__proto__" || (typeof step === "number" && step > 10_000));
  return unusable ? [] : steps;
}

function put(root: Container, path: readonly (string | number)[], piece: Readonly<Record<string, unknown>>): void {
  let at = root;
  for (const [position, step] of path.slice(0, -1).entries()) {
    const inside = at[step];
    const next =
      typeof inside === "object" && inside !== null ? inside : typeof path[position + 1] === "number" ? [] : {};
    at[step] = next;
    at = next as Container;
  }
  const last = path.at(-1) ?? "";
  if (typeof piece["stringValue"] === "string") {
    const before = at[last];
    at[last] = (typeof before === "string" ? before : "") + piece["stringValue"];
  } else if ("numberValue" in piece) at[last] = piece["numberValue"];
  else if ("boolValue" in piece) at[last] = piece["boolValue"];
  else if ("nullValue" in piece) at[last] = null;
}
