import type { RunRequest } from "@massgen/core";
import type { Tool } from "@massgen/core/model";
import { z } from "zod";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import { isObject, quoted } from "../fields/field.ts";
import { parametersSchema } from "../fields/json-schema.ts";

/** The longest list of tools: agents with many tool servers send hundreds. */
export const mostTools = 1000;

/** The longest name, as at Anthropic. */
const nameRule = /^[a-zA-Z0-9_-]{1,128}$/;

const clientTool = z
  .object({
    name: z.string().regex(nameRule, { error: "must be 1 to 128 letters, digits, underscores and dashes" }),
    description: z.string().nullish(),
    input_schema: parametersSchema,
    strict: z.boolean().nullish(),
  })
  .transform(({ name, description, input_schema: parameters, strict }): Tool => ({
    name,
    ...(typeof description === "string" && { description }),
    ...(isObject(parameters) && { parameters }),
    ...(typeof strict === "boolean" && { strict }),
  }));

/** A tool whose format only Anthropic's models know, or that runs at Anthropic. */
const anthropicTool = z
  .object({ type: z.string().max(200), name: z.string().max(200).nullish() })
  .transform(({ type, name }): LeftOutTool => ({ leftOut: name ?? type }));

/** A tool that the team does not get. */
export interface LeftOutTool {
  /** Its name. */
  readonly leftOut: string;
}

export const toolSchema = z.unknown().transform((value, context): Tool | LeftOutTool => {
  const type = isObject(value) ? value["type"] : undefined;
  const schema: z.ZodType<Tool | LeftOutTool> =
    typeof type === "string" && type !== "custom" ? anthropicTool : clientTool;
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push(issue as z.core.$ZodRawIssue);
  return z.NEVER;
});

const parallel = z.boolean().nullish();

export const toolChoiceSchema = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("auto"), disable_parallel_tool_use: parallel }),
    z.object({ type: z.literal("any"), disable_parallel_tool_use: parallel }),
    z.object({ type: z.literal("tool"), name: z.string(), disable_parallel_tool_use: parallel }),
    z.object({ type: z.literal("none") }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be auto, any, tool or none" : undefined) },
);

/** A request's fields about tools. */
export interface SentTools {
  readonly tools?: readonly (Tool | LeftOutTool)[] | null | undefined;
  readonly tool_choice?: z.output<typeof toolChoiceSchema> | null | undefined;
}

/** The first conflict between tools and choice. */
export function toolProblem({ tools, tool_choice: choice }: SentTools): FieldProblem | undefined {
  const offered = offeredTools(tools);
  const names = new Set<string>();
  for (const [index, tool] of (tools ?? []).entries()) {
    if (isLeftOut(tool)) continue;
    if (names.has(tool.name)) {
      return fieldProblem(["tools", index, "name"], `is '${tool.name}', like that of an earlier tool`);
    }
    names.add(tool.name);
  }
  if (choice?.type !== "any" && choice?.type !== "tool") return undefined;
  if (choice.type === "tool" && leftOutTools(tools).includes(choice.name)) {
    const complaint = `is ${quoted(choice.name)}, one of Anthropic's own tools: a team cannot call it`;
    return fieldProblem(["tool_choice", "name"], complaint, "unsupported_parameter");
  }
  if (offered.length === 0) {
    return fieldProblem(
      ["tool_choice"],
      "needs tools to choose from: send them in 'tools', each with an 'input_schema'",
    );
  }
  if (choice.type === "any" || names.has(choice.name)) return undefined;
  return fieldProblem(["tool_choice", "name"], `is ${quoted(choice.name)}, which is not among 'tools'`);
}

/** The names of tools that the team does not get. */
export function leftOutTools(tools: SentTools["tools"]): readonly string[] {
  return (tools ?? []).flatMap((tool) => (isLeftOut(tool) ? [tool.leftOut] : []));
}

/** The run's settings for tools; empty without tools. */
export function toRunTools(sent: SentTools): Pick<RunRequest, "tools" | "toolChoice" | "parallelToolCalls"> {
  const tools = offeredTools(sent.tools);
  const choice = sent.tool_choice;
  if (tools.length === 0) return {};
  if (choice === null || choice === undefined) return { tools };
  if (choice.type === "none") return { tools, toolChoice: "none" };
  const calls = choice.disable_parallel_tool_use === true ? { parallelToolCalls: false } : {};
  switch (choice.type) {
    case "auto":
      return { tools, toolChoice: "auto", ...calls };
    case "any":
      return { tools, toolChoice: "required", ...calls };
    case "tool":
      return { tools, toolChoice: { name: choice.name }, ...calls };
  }
}

function offeredTools(tools: SentTools["tools"]): readonly Tool[] {
  return (tools ?? []).filter((tool): tool is Tool => !isLeftOut(tool));
}

function isLeftOut(tool: Tool | LeftOutTool): tool is LeftOutTool {
  return "leftOut" in tool;
}
