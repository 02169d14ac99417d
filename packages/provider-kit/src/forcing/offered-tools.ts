import type { JsonSchema, Tool } from "@massgen/core/model";
import { listOf, objectOf, textOf } from "../wire/json-value.ts";

/** The tools that a request offers, for looking up written calls. */
export interface OfferedTools {
  /** The offered tool that a name means, with or without the marks that models and gateways put around names. */
  readonly find: (name: unknown) => ToolShape | undefined;
  /** The tools that take an argument of this name. */
  readonly byArgument: ReadonlyMap<string, readonly ToolShape[]>;
}

/** What is known of a tool's arguments. */
export interface ToolShape {
  readonly name: string;
  /** Schemas of the arguments, in the order of the tool's schema. */
  readonly properties: ReadonlyMap<string, JsonSchema>;
  readonly required: readonly string[];
}

/** The most characters of a name that are looked at. */
const longestName = 256;

/** Makes the look-up, piece by piece: most answers call one tool by its name, or none. */
export function offeredTools(tools: readonly Tool[]): OfferedTools {
  const shapes = new Map<string, ToolShape>();
  let byName: ReadonlyMap<string, Tool> | undefined;
  let byFold: ReadonlyMap<string, Tool | undefined> | undefined;
  let byArgument: OfferedTools["byArgument"] | undefined;

  /** Of two tools with one name, the first counts. */
  function named(name: string): Tool | undefined {
    byName ??= new Map(tools.map((tool) => [tool.name, tool] as const).reverse());
    return byName.get(name);
  }
  function shaped(tool: Tool | undefined): ToolShape | undefined {
    if (tool === undefined) return undefined;
    const shape = shapes.get(tool.name) ?? shapeOf(tool);
    shapes.set(tool.name, shape);
    return shape;
  }
  function meant(word: string): ToolShape | undefined {
    byFold ??= foldedNames(tools);
    return shaped(named(word) ?? byFold.get(folded(word)));
  }

  return {
    get byArgument() {
      byArgument ??= shapesByArgument(tools.map(shapeOf));
      return byArgument;
    },
    find(name) {
      const written = textOf(name)?.slice(0, longestName);
      if (written === undefined) return undefined;
      return shaped(named(written)) ?? sole(wordsIn(written), meant);
    },
  };
}

/** Tools by their folded names; undefined where several fold alike. */
function foldedNames(tools: readonly Tool[]): ReadonlyMap<string, Tool | undefined> {
  const names = new Map<string, Tool | undefined>();
  for (const tool of tools) {
    const key = folded(tool.name);
    const other = names.get(key);
    names.set(key, !names.has(key) || other?.name === tool.name ? (other ?? tool) : undefined);
  }
  return names;
}

function shapesByArgument(shapes: readonly ToolShape[]): OfferedTools["byArgument"] {
  const found = new Map<string, ToolShape[]>();
  for (const shape of shapes) {
    for (const property of shape.properties.keys()) found.set(property, [...(found.get(property) ?? []), shape]);
  }
  return found;
}

function shapeOf({ name, parameters = {} }: Tool): ToolShape {
  const properties = Object.entries(objectOf(parameters["properties"]) ?? {});
  return {
    name,
    properties: new Map(properties.map(([key, schema]) => [key, objectOf(schema) ?? {}])),
    required: listOf(parameters["required"]).filter((key) => typeof key === "string"),
  };
}

/**
 * What may be the name in `functions.vote`, `default_api:vote`, `vote<|channel|>commentary`, `functions.vote:0`,
 * `"vote" `, `<function=vote>`: the words of the name, once whole marks of chat templates are gone.
 */
function wordsIn(written: string): readonly string[] {
  const bare = written.replace(/<[|｜][^<>]{0,64}>/g, " ");
  const dotted = bare.split(/[^\w.-]+/);
  return [...dotted, ...dotted.flatMap((word) => word.split(".")), ...bare.split(/[^\w-]+/).map(withoutAffixes)];
}

/** Gateways that allow no dots write `functions_vote`, and number calls. */
function withoutAffixes(word: string): string {
  return word.replace(/^(?:functions|default_api)_{1,2}/, "").replace(/_\d{1,4}$/, "");
}

/** Letter case and the separators in a name do not count. */
function folded(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, "");
}

/** The tool that the words name, if they name exactly one. */
function sole(words: readonly string[], find: (word: string) => ToolShape | undefined): ToolShape | undefined {
  let found: ToolShape | undefined;
  for (const word of words) {
    const tool = find(word);
    if (tool === undefined) continue;
    if (found !== undefined && found !== tool) return undefined;
    found = tool;
  }
  return found;
}
