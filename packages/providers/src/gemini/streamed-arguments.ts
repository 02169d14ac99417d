import { createHold, objectsIn, parseJson, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { deepestValue } from "./nesting.ts";

type Container = Record<string, unknown> | unknown[];
type Step = string | number;

/** Arguments that arrive piece by piece, as values at JSON paths (`$.items[0].name`). */
export interface StreamedArguments {
  /**
   * Takes a `partialArgs` list. Pieces of a text at the same path are joined.
   * @returns false when a piece has no valid path, which makes the arguments unusable
   * @throws OversizedAnswer when the pieces are too much together
   */
  readonly add: (partialArgs: unknown) => boolean;
  readonly value: () => unknown;
}

const longestPath = 1000;
/** The largest index: a gap in a list costs an entry for each missing item. */
const highestIndex = 10_000;

/** Starts with the arguments already known. */
export function createStreamedArguments(known: JsonObject): StreamedArguments {
  const root: Container = { ...known };
  const hold = createHold();
  return {
    add: (partialArgs) =>
      objectsIn(partialArgs).every((piece) => {
        const value = valueIn(piece);
        if (value === undefined) return true;
        const path = textOf(piece["jsonPath"]) ?? "";
        hold(path);
        if (typeof value === "string") hold(value);
        const steps = stepsOf(path);
        return steps !== undefined && put(root, steps, value, hold);
      }),
    value: () => root,
  };
}

/** The value that a piece brings; undefined for none. */
function valueIn(piece: JsonObject): string | number | boolean | null | undefined {
  const { stringValue, numberValue, boolValue } = piece;
  if (typeof stringValue === "string") return stringValue;
  if (typeof numberValue === "number") return numberValue;
  if (typeof boolValue === "boolean") return boolValue;
  return "nullValue" in piece ? null : undefined;
}

/** The steps of a path; undefined for one that cannot be followed. A step to the prototype cannot. */
function stepsOf(path: string): readonly Step[] | undefined {
  if (path.length > longestPath || !path.startsWith("$")) return undefined;
  const step = /\.([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]/sy;
  const steps: Step[] = [];
  for (step.lastIndex = 1; step.lastIndex < path.length;) {
    const found = step.exec(path);
    if (found === null) return undefined;
    const [, name, index, double, single] = found;
    const next = index === undefined ? (name ?? unescaped(double, single)) : Number(index);
    if (next === undefined || next === "__proto__" || (typeof next === "number" && next > highestIndex))
      return undefined;
    steps.push(next);
  }
  return steps.length > 0 && steps.length <= deepestValue ? steps : undefined;
}

function unescaped(double: string | undefined, single = ""): string | undefined {
  const inside = double ?? single.replaceAll("\\'", "'").replaceAll('"', '\\"');
  const name = parseJson(`"${inside}"`);
  return typeof name === "string" ? name : undefined;
}

function put(root: Container, steps: readonly Step[], value: unknown, hold: (text: string) => void): boolean {
  let at = root;
  for (const [position, step] of steps.entries()) {
    if (Array.isArray(at)) {
      if (typeof step !== "number") return false;
      if (step > at.length) hold("null,".repeat(step - at.length));
    }
    // A list and an object are both asked for own members by name.
    const members = at as Record<Step, unknown>;
    const before = Object.hasOwn(members, step) ? members[step] : undefined;
    if (position === steps.length - 1) {
      members[step] = typeof value === "string" && typeof before === "string" ? before + value : value;
      return true;
    }
    const inside: Container = isContainer(before) ? before : typeof steps[position + 1] === "number" ? [] : {};
    members[step] = inside;
    at = inside;
  }
  return true;
}

/** What is frozen is a number that is kept as it was written. */
function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null && !Object.isFrozen(value);
}
