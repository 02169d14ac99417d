import { reservedToolNames, type RunRequest } from "@massgen/core";
import type { Tool, ToolCall } from "@massgen/core/model";
import { z } from "zod";
import { isObject, quoted, report } from "../fields/field.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import { parametersSchema } from "../fields/json-schema.ts";
import { list, parsePart } from "../fields/list.ts";

/** The longest list of tools: agents with many tool servers send hundreds. */
export const mostTools = 1000;

/** A tool of the client's, for the team and for the calls that go back. */
export interface ClientTool {
  /** For the team, under the name of {@link teamName}. */
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

/** The only argument of a custom tool. */
const textArgument = "input";

const longestName = 128;

/** The longest name that every provider accepts. */
const longestTeamName = 64;

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

type ReadTool = ClientTool | LeftOutTool | readonly (ClientTool | LeftOutTool)[];
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

/** A request's fields about tools. */
export interface SentTools {
  readonly tools?: readonly ReadTool[] | null | undefined;
  readonly tool_choice?: z.output<typeof toolChoiceSchema> | null | undefined;
  readonly parallel_tool_calls?: boolean | null | undefined;
}

/** The tools that the team gets. */
export function clientTools({ tools }: SentTools): readonly ClientTool[] {
  return (tools ?? []).flat().filter(isClientTool);
}

/** The types of tools that the team does not get. */
export function leftOutTools({ tools }: SentTools): readonly string[] {
  return (tools ?? []).flat().flatMap((tool) => (isClientTool(tool) ? [] : [tool.leftOut]));
}

function isClientTool(tool: ClientTool | LeftOutTool): tool is ClientTool {
  return "tool" in tool;
}

/** The first conflict between tools and choice. */
export function toolProblem(sent: SentTools): FieldProblem | undefined {
  const tools = clientTools(sent);
  if (tools.length > mostTools) {
    return fieldProblem(["tools"], `must have at most ${mostTools} entries, with those in namespaces`);
  }
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
    const wanted = chosen(choice);
    const [hosted] = wanted;
    if (hosted !== undefined && wanted.every(isHosted) && demands(choice)) {
      const complaint = `demands ${quoted(hosted.type)}, which runs at OpenAI: a team cannot call it`;
      return fieldProblem(["tool_choice"], complaint, "unsupported_parameter");
    }
    for (const wanted of chosen(choice).filter((tool) => !isHosted(tool))) {
      if (toolNamed(tools, wanted.name) === undefined) {
        return fieldProblem(["tool_choice"], `names ${quoted(wanted.name ?? "")}, which is not among 'tools'`);
      }
    }
  }
  return tools.length === 0 && demands(choice)
    ? fieldProblem(["tool_choice"], "needs tools to choose from, other than those that run at OpenAI")
    : undefined;
}

type NamedTool = z.output<typeof namedTool>;

/** Whether a choice names a tool that the team does not get. */
function isHosted({ type }: NamedTool): boolean {
  return type !== "function" && type !== "custom";
}

/** Whether there must be a call. */
function demands(choice: NonNullable<SentTools["tool_choice"]>): boolean {
  return typeof choice === "object" && "tools" in choice ? choice.mode === "required" : choice !== "auto";
}

type Choice = Exclude<NonNullable<SentTools["tool_choice"]>, string>;

function chosen(choice: Choice): readonly NamedTool[] {
  return "tools" in choice ? choice.tools : [choice];
}

function toolNamed(tools: readonly ClientTool[], name: string | null | undefined): string | undefined {
  return tools.find((tool) => tool.name === name || tool.tool.name === name)?.tool.name;
}

/** The run's settings for tools; empty without tools. A choice of allowed tools passes on only those. */
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
    const allowed = tools.filter(({ name }) => names.includes(name));
    return allowed.length === 0 ? {} : { tools: allowed, toolChoice: choice.mode, ...calls };
  }
  return { tools, toolChoice: { name: names[0] ?? "" }, ...calls };
}

/** A tool's name in the team, which every provider accepts: short, without dots. */
export function teamName(name: string, namespace?: string | null): string {
  const whole = typeof namespace === "string" ? `${namespace}__${name}` : name;
  const plain = whole.replaceAll(/[^\w-]/g, "_");
  if (plain.length <= longestTeamName) return plain;
  const mark = `_${markOf(whole)}`;
  return plain.slice(0, longestTeamName - mark.length) + mark;
}

/** Tells long names apart that begin alike: 32 bits of FNV-1a. Names that still collide are refused. */
function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** A custom call's text as the arguments of a function. */
export function customArguments(input: string): string {
  return JSON.stringify({ [textArgument]: input });
}

/** A custom call's text: the only argument, or all that the model wrote if there is no such argument. */
export function customInput({ arguments: json }: Pick<ToolCall, "arguments">): string {
  try {
    const args: unknown = JSON.parse(json);
    const text = isObject(args) ? args[textArgument] : undefined;
    return typeof text === "string" ? text : json;
  } catch {
    return json;
  }
}
