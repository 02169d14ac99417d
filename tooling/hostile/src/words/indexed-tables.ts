import type { Expression, Node } from "oxc-parser";
import { nodesIn, parsed } from "../syntax.ts";

/** A place where a table is read by a computed key. */
export interface IndexedTable {
  readonly line: number;
  /** As it is written there. */
  readonly written: string;
}

/**
 * Every place in a TypeScript source where an object that is written down as a table is read by a computed key. A word
 * that comes from elsewhere may be `constructor`, which every plain object has; a `Map` has only what was put into it.
 * Let off: keys that are said to be the table's own (`as keyof ...`), and tables that are asked by `Object.hasOwn`
 * first.
 *
 * @param file its name, for messages
 * @throws Error when the source cannot be parsed
 */
export function indexedTables(file: string, source: string): readonly IndexedTable[] {
  const nodes = [...nodesIn(parsed(file, source))];
  const tables = new Set<string>();
  const asked = new Set<string>();
  const written = (node: Node): string => source.slice(node.start, node.end);
  for (const node of nodes) {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && isTable(node.init)) {
      tables.add(node.id.name);
    }
    if (node.type === "CallExpression" && written(node.callee) === "Object.hasOwn" && node.arguments[0] !== undefined) {
      asked.add(written(node.arguments[0]));
    }
  }
  const assigned = new Set(nodes.flatMap((node) => (node.type === "AssignmentExpression" ? [node.left as Node] : [])));
  return nodes.flatMap((node) => {
    if (node.type !== "MemberExpression" || !node.computed || assigned.has(node)) return [];
    const { object, property } = node;
    const name = object.type === "Identifier" ? object.name : undefined;
    const known = name === undefined ? isTable(object) : tables.has(name) && !asked.has(name);
    if (!known || property.type === "Literal" || /\bas keyof\b/.test(written(property))) return [];
    return [{ line: source.slice(0, node.start).split("\n").length, written: written(node) }];
  });
}

/** An object with members that are written down, and none that come from elsewhere. */
function isTable(node: Expression | null): boolean {
  switch (node?.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "ParenthesizedExpression":
      return isTable(node.expression);
    case "ObjectExpression":
      return node.properties.length > 0 && node.properties.every(({ type }) => type === "Property");
    default:
      return false;
  }
}
