import type { Tool } from "@massgen/core/model";
import { z } from "zod";
import { isObject, report } from "../fields/field.ts";
import { parametersSchema } from "../fields/json-schema.ts";
import { list, parsePart } from "../fields/list.ts";
import { textArgument } from "./custom-calls.ts";
import { teamName } from "./tool-names.ts";

/** The longest list of tools: agents with many tool servers send hundreds. */
export const mostTools = 1000;

/** A tool of the client's, for the team and for the calls that go back. */
export interface ClientTool {
  /** For the team, under the name of `teamName`. */
  readonly tool: Tool;
  /** The client's name for it. */
  readonly name: string;
  /** The client's namespace around it. */
  readonly namespace?: string;
  /** Whether it takes plain text. The team sees a function with that text as its only argument. */
  readonly custom: boolean;
}

/** A tool that the team does not get: it runs at OpenAI, or only OpenAI's models know its format. */
type LeftOutTool = Readonly<Record<"leftOut", string>>;

export const longestName = 128;

const name = z.string().regex(/^[a-zA-Z0-9_.-]{1,128}$/, {
  error: `must be 1 to ${longestName} letters, digits, underscores, dashes and dots`,
});

const functionTool = z
  .object({
    type: z.literal("function"),
    name,
    description: z.string().nullish(),
    parameters: parametersSchema.nullish(),
    strict: z.boolean().nullish(),
  })
  .transform(({ name, description, parameters, strict }): ClientTool => ({
    tool: {
      name: teamName(name),
      ...(typeof description === "string" && { description }),
      ...(isObject(parameters) && { parameters }),
      ...(typeof strict === "boolean" && { strict }),
    },
    name,
    custom: false,
  }));

const customTool = z
  .object({ type: z.literal("custom"), name, description: z.string().nullish(), format: z.unknown().optional() })
  .transform(({ name, description, format }): ClientTool => ({
    tool: {
      name: teamName(name),
      description: [description, grammarOf(format)].filter((text) => typeof text === "string").join("\n\n"),
      parameters: {
        type: "object",
        properties: { [textArgument]: { type: "string", description: "The tool's whole input, as plain text." } },
        required: [textArgument],
        additionalProperties: false,
      },
    },
    name,
    custom: true,
  }));

/** Nothing enforces the grammar, so the models are told of it. */
function grammarOf(format: unknown): string | undefined {
  if (!isObject(format) || typeof format["definition"] !== "string") return undefined;
  return `The input must follow this grammar (${String(format["syntax"])}):\n${format["definition"]}`;
}

const namespaceTool = z
  .object({ type: z.literal("namespace"), name, tools: list(z.unknown(), { max: mostTools }) })
  .transform(({ name: namespace, tools }, context): readonly (ClientTool | LeftOutTool)[] => {
    const read: (ClientTool | LeftOutTool)[] = [];
    for (const [index, sent] of tools.entries()) {
      const path = ["tools", index];
      if (isObject(sent) && sent["type"] === "namespace") {
        report(context, "unsupported_parameter", "is a namespace in a namespace, which is not supported", path);
        return z.NEVER;
      }
      const [tool] = [parseTool(sent, context, path)].flat();
      if (context.issues.length > 0 || tool === undefined) return z.NEVER;
      read.push(
        isClientTool(tool)
          ? { ...tool, tool: { ...tool.tool, name: teamName(tool.name, namespace) }, namespace }
          : tool,
      );
    }
    return read;
  });

export type ReadTool = ClientTool | LeftOutTool | readonly (ClientTool | LeftOutTool)[];
type Context = Parameters<typeof parsePart>[2] & Parameters<typeof report>[0];

function parseTool(value: unknown, context: Context, path: readonly (string | number)[] = []): ReadTool {
  const type = isObject(value) ? value["type"] : undefined;
  switch (type) {
    case "function":
      return parsePart(functionTool, value, context, path);
    case "custom":
      return parsePart(customTool, value, context, path);
    case "namespace":
      return parsePart(namespaceTool, value, context, path);
    default:
      if (typeof type === "string") return { leftOut: type.slice(0, longestName) };
      report(context, "missing_required_parameter", "is missing: it must be function, custom or namespace", [
        ...path,
        "type",
      ]);
      return z.NEVER;
  }
}

/** A tool of a request. A namespace gives its tools. */
export const toolSchema = z.unknown().transform((value, context) => parseTool(value, context));

/** The tools of a request. */
interface Listed {
  readonly tools?: readonly ReadTool[] | null | undefined;
}

/** The tools that the team gets. */
export function clientTools({ tools }: Listed): readonly ClientTool[] {
  return (tools ?? []).flat().filter(isClientTool);
}

/** The types of tools that the team does not get. */
export function leftOutTools({ tools }: Listed): readonly string[] {
  return (tools ?? []).flat().flatMap((tool) => (isClientTool(tool) ? [] : [tool.leftOut]));
}

function isClientTool(tool: ClientTool | LeftOutTool): tool is ClientTool {
  return "tool" in tool;
}
