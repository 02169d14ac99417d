import { reservedToolNames, type RunRequest } from "@massgen/core";
import type { Tool, ToolCall } from "@massgen/core/model";
import { z } from "zod";
import { isObject, quoted, report } from "../fields/field.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import { parametersSchema } from "../fields/json-schema.ts";
import { list, parsePart } from "../fields/list.ts";

/** The longest list of tools: agents with many tool servers send hundreds. */
export const mostTools = 1000;

/** A tool of the client's, as the team gets it, and as its calls go back. */
export interface ClientTool {
  readonly tool: Tool;
  /** As the client named it. */
  readonly name: string;
  /** The namespace that it stood in. */
  readonly namespace?: string;
  /** A custom tool takes a text: the team sees a function with that text as its only argument. */
  readonly custom: boolean;
}

/** A tool that the team is not offered: it runs at OpenAI, or only OpenAI's models know its form. */
export interface LeftOutTool {
  readonly leftOut: string;
}

/** The only argument of a custom tool. */
const textArgument = "input";

const longestName = 128;

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
      name,
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
      name,
      description: [description, grammarOf(format)].filter((text) => typeof text === "string").join("\n\n"),
      parameters: {
        type: "object",
        properties: { [textArgument]: { type: "string", description: "The tool's whole input, as a plain text." } },
        required: [textArgument],
        additionalProperties: false,
      },
    },
    name,
    custom: true,
  }));

/** Models that cannot be held to a grammar are told of it. */
function grammarOf(format: unknown): string | undefined {
  if (!isObject(format) || typeof format["definition"] !== "string") return undefined;
  return `The input keeps to this grammar (${String(format["syntax"])}):\n${format["definition"]}`;
}

const namespaceTool = z
  .object({ type: z.literal("namespace"), name, tools: list(z.unknown(), { max: mostTools }) })
  .transform(({ name: namespace, tools }, context): readonly ClientTool[] =>
    tools.flatMap((sent, index): readonly ClientTool[] => {
      // Namespaces hold no namespaces.
      const read = [parseTool(sent, context, ["tools", index])].flat()[0];
      if (read === undefined || !isClientTool(read)) return [];
      return [{ ...read, tool: { ...read.tool, name: teamName(read.name, namespace) }, namespace }];
    }),
  );

type ReadTool = ClientTool | LeftOutTool | readonly ClientTool[];
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

/** A tool as it came, and what the team gets of it. */
export const toolSchema = z.unknown().transform((value, context) => parseTool(value, context));

const modes = ["none", "auto", "required"] as const;

const namedTool = z.object({ type: z.string().max(64), name: z.string().max(longestName).nullish() });

const choiceObject = z.union([
  z.object({
    type: z.literal("allowed_tools"),
    mode: z.enum(["auto", "required"]),
    tools: list(namedTool, { min: 1, max: mostTools }),
  }),
  namedTool,
]);

export const toolChoiceSchema = z.unknown().transform((value, context) => {
  const mode = modes.find((known) => known === value);
  if (mode !== undefined) return mode;
  if (isObject(value)) return parsePart(choiceObject, value, context);
  report(context, "invalid_value", `must be ${modes.join(", ")}, or an object that names tools`);
  return z.NEVER;
});

/** What a request says about tools. */
export interface SentTools {
  readonly tools?: readonly ReadTool[] | null | undefined;
  readonly tool_choice?: z.output<typeof toolChoiceSchema> | null | undefined;
  readonly parallel_tool_calls?: boolean | null | undefined;
}

/** The tools that the team is offered. */
export function clientTools({ tools }: SentTools): readonly ClientTool[] {
  return (tools ?? []).flat().filter(isClientTool);
}

/** The types of tools that the team is not offered. */
export function leftOutTools({ tools }: SentTools): readonly string[] {
  return (tools ?? []).flat().flatMap((tool) => (isClientTool(tool) ? [] : [tool.leftOut]));
}

function isClientTool(tool: ClientTool | LeftOutTool): tool is ClientTool {
  return "tool" in tool;
}

/** The first thing that is wrong between tools and choice. */
export function toolProblem(sent: SentTools): FieldProblem | undefined {
  const tools = clientTools(sent);
  const names = new Set<string>();
  for (const { tool } of tools) {
    if (reservedToolNames.includes(tool.name)) {
      const complaint = `has a tool '${tool.name}', a name that agents use to coordinate: give it another one`;
      return fieldProblem(["tools"], complaint);
    }
    if (names.has(tool.name)) return fieldProblem(["tools"], `has two tools of the name '${tool.name}'`);
    names.add(tool.name);
  }
  const choice = sent.tool_choice;
  if (choice === undefined || choice === null || choice === "none" || choice === "auto") return undefined;
  if (choice !== "required") {
    for (const wanted of chosen(choice)) {
      const type = wanted.type === "function" || wanted.type === "custom" ? undefined : wanted.type;
      if (type !== undefined) {
        const complaint = `demands ${quoted(type)}, which runs at OpenAI: a team cannot call it`;
        return fieldProblem(["tool_choice"], complaint, "unsupported_parameter");
      }
      if (toolNamed(tools, wanted.name) === undefined) {
        return fieldProblem(["tool_choice"], `names ${quoted(wanted.name ?? "")}, which is not among 'tools'`);
      }
    }
  }
  return tools.length === 0
    ? fieldProblem(["tool_choice"], "needs tools to choose from: send them in 'tools'")
    : undefined;
}

type Choice = Exclude<NonNullable<SentTools["tool_choice"]>, string>;

function chosen(choice: Choice): readonly z.output<typeof namedTool>[] {
  return "tools" in choice ? choice.tools : [choice];
}

function toolNamed(tools: readonly ClientTool[], name: string | null | undefined): string | undefined {
  return tools.find((tool) => tool.name === name || tool.tool.name === name)?.tool.name;
}

/** What the run is told about tools; nothing when there are none. A choice of allowed tools hands over only those. */
export function toRunTools(sent: SentTools): Pick<RunRequest, "tools" | "toolChoice" | "parallelToolCalls"> {
  const offered = clientTools(sent);
  const tools = offered.map(({ tool }) => tool);
  if (tools.length === 0) return {};
  const { tool_choice: choice, parallel_tool_calls: parallel } = sent;
  const calls = typeof parallel === "boolean" ? { parallelToolCalls: parallel } : {};
  if (choice === undefined || choice === null) return { tools, ...calls };
  if (typeof choice === "string") return { tools, toolChoice: choice, ...calls };
  const names = chosen(choice).map(({ name }) => toolNamed(offered, name) ?? "");
  if ("tools" in choice) {
    return { tools: tools.filter(({ name }) => names.includes(name)), toolChoice: choice.mode, ...calls };
  }
  return { tools, toolChoice: { name: names[0] ?? "" }, ...calls };
}

/** The name under which the team knows a call in the history. */
export function teamName(name: string, namespace: string | null | undefined): string {
  return namespace === null || namespace === undefined ? name : `${namespace}__${name}`;
}

/** The arguments that stand for the text of a custom call. */
export function customArguments(input: string): string {
  return JSON.stringify({ [textArgument]: input });
}

/** The text of a custom call: what the model wrote as the only argument, or all of it where it wrote something else. */
export function customInput({ arguments: json }: Pick<ToolCall, "arguments">): string {
  try {
    const args: unknown = JSON.parse(json);
    const text = isObject(args) ? args[textArgument] : undefined;
    return typeof text === "string" ? text : json;
  } catch {
    return json;
  }
}
