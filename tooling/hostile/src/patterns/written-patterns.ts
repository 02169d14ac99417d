import type { Expression, Node } from "oxc-parser";
import { nodesIn, parsed } from "../syntax.ts";

/** A regular expression as a source file writes it. */
export interface WrittenPattern {
  readonly line: number;
  /** As it is written, to find it again. */
  readonly written: string;
  /** Absent when it is made from values that the file does not give. */
  readonly pattern?: { readonly source: string; readonly flags: string };
}

/** Constants by their names, as they are written. */
type Constants = ReadonlyMap<string, Expression>;

/**
 * Every regular expression in a TypeScript source: literals, and `RegExp(...)` with or without `new`, whose text is put
 * together where constants give it.
 *
 * @param file its name, for messages
 * @param shared constants of other files
 * @throws Error when the source cannot be parsed
 */
export function writtenPatterns(
  file: string,
  source: string,
  shared: Constants = new Map(),
): readonly WrittenPattern[] {
  const program = parsed(file, source);
  const constants = new Map([...shared, ...constantsIn(nodesIn(program))]);
  const found: { readonly node: Node; readonly pattern?: WrittenPattern["pattern"] }[] = [];
  for (const node of nodesIn(program)) {
    if (node.type === "Literal" && "regex" in node) {
      found.push({ node, pattern: { source: node.regex.pattern, flags: node.regex.flags } });
    } else if ((node.type === "NewExpression" || node.type === "CallExpression") && isRegExp(node.callee)) {
      const [text, flags] = node.arguments.map((argument) => textOf(argument, constants));
      const known = text !== undefined && (node.arguments.length < 2 || flags !== undefined);
      found.push(known ? { node, pattern: { source: text, flags: flags ?? "" } } : { node });
    }
  }
  return found.map(({ node, pattern }) => ({
    line: source.slice(0, node.start).split("\n").length,
    written: source.slice(node.start, node.end),
    ...(pattern !== undefined && { pattern }),
  }));
}

/** The constants that these files export. */
export function exportedConstants(sources: ReadonlyMap<string, string>): Constants {
  const exported = [...sources].flatMap(([file, source]) =>
    parsed(file, source).body.filter((node) => node.type === "ExportNamedDeclaration"),
  );
  return new Map(exported.flatMap(({ declaration }) => (declaration === null ? [] : constantsIn([declaration]))));
}

function constantsIn(nodes: Iterable<Node>): (readonly [string, Expression])[] {
  return [...nodes].flatMap((node) => {
    if (node.type !== "VariableDeclaration" || node.kind !== "const") return [];
    return node.declarations.flatMap(({ id, init }) =>
      id.type === "Identifier" && init !== null ? [[id.name, init] as const] : [],
    );
  });
}

function isRegExp(callee: Node): boolean {
  return callee.type === "Identifier" && callee.name === "RegExp";
}

/** The text that an expression comes to, as far as constants tell it. */
function textOf(node: Node, constants: Constants): string | undefined {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? node.value : undefined;
    case "Identifier": {
      const value = constants.get(node.name);
      return value === undefined ? undefined : textOf(value, constants);
    }
    case "TemplateLiteral":
      return joined(
        node.quasis.map(({ value }) => value.cooked ?? undefined),
        node.expressions,
        constants,
      );
    case "TaggedTemplateExpression": {
      const { tag, quasi } = node;
      const isRaw =
        tag.type === "MemberExpression" && tag.property.type === "Identifier" && tag.property.name === "raw";
      return isRaw
        ? joined(
            quasi.quasis.map(({ value }) => value.raw),
            quasi.expressions,
            constants,
          )
        : undefined;
    }
    case "BinaryExpression": {
      const [left, right] = [textOf(node.left, constants), textOf(node.right, constants)];
      return node.operator === "+" && left !== undefined && right !== undefined ? left + right : undefined;
    }
    default:
      return undefined;
  }
}

function joined(
  texts: readonly (string | undefined)[],
  expressions: readonly Expression[],
  constants: Constants,
): string | undefined {
  const filled = expressions.map((expression) => textOf(expression, constants));
  const parts = texts.flatMap((text, at) => (at < filled.length ? [text, filled[at]] : [text]));
  return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
}
