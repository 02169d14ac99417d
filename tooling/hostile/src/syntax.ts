import { parseSync, type Node, type Program } from "oxc-parser";

/**
 * The syntax tree of a TypeScript source.
 * @param file its name, for messages
 * @throws Error when it cannot be parsed
 */
export function parsed(file: string, source: string): Program {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return program;
}

/** A node and all below it. */
export function* nodesIn(value: unknown): Generator<Node, void, undefined> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesIn(item);
  } else if (typeof value === "object" && value !== null) {
    if ("type" in value && typeof value.type === "string") yield value as Node;
    for (const inner of Object.values(value)) yield* nodesIn(inner);
  }
}
