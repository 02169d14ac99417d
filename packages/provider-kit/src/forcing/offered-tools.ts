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

/** Makes the look-up. Of two tools with one name, the first counts, as in a list. */
export function offeredTools(tools: readonly Tool[]): OfferedTools {
  const shapes = tools.map(({ name, parameters = {} }) => shapeOf(name, parameters));
  const byName = new Map([...shapes].reverse().map((shape) => [shape.name, shape]));
  const byFold = new Map<string, ToolShape | undefined>();
  for (const shape of byName.values()) {
    const key = folded(shape.name);
    byFold.set(key, byFold.has(key) ? undefined : shape);
  }
  const byArgument = new Map<string, ToolShape[]>();
  for (const shape of shapes) {
    for (const property of shape.properties.keys()) {
      byArgument.set(property, [...(byArgument.get(property) ?? []), shape]);
    }
  }
  return {
    byArgument,
    find(name) {
      const written = textOf(name)?.slice(0, longestName);
      if (written === undefined) return undefined;
      return byName.get(written) ?? sole(wordsIn(written), (word) => byName.get(word) ?? byFold.get(folded(word)));
    },
  };
}

function shapeOf(name: string, parameters: JsonSchema): ToolShape {
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
