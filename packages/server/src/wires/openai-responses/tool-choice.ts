import type { RunRequest } from "@massgen/core";
import { z } from "zod";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import { isObject, quoted, report } from "../fields/field.ts";
import { list, parsePart } from "../fields/list.ts";
import { clientTools, longestName, mostTools, type ClientTool, type ReadTool } from "./tools.ts";

const modes = ["none", "auto", "required"] as const;

const namedTool = z.object({ type: z.string().max(64), name: z.string().max(longestName).nullish() });

const allowedTools = z.object({
  type: z.literal("allowed_tools"),
  mode: z.enum(["auto", "required"]),
  tools: list(namedTool, { min: 1, max: mostTools }),
});

export const toolChoiceSchema = z.unknown().transform((value, context) => {
  const mode = modes.find((known) => known === value);
  if (mode !== undefined) return mode;
  if (isObject(value)) {
    return value["type"] === "allowed_tools"
      ? parsePart(allowedTools, value, context)
      : parsePart(namedTool, value, context);
  }
  report(context, "invalid_value", `must be ${modes.join(", ")}, or an object that names tools`);
  return z.NEVER;
});

/** A request's fields about tools. */
export interface SentTools {
  readonly tools?: readonly ReadTool[] | null | undefined;
  readonly tool_choice?: z.output<typeof toolChoiceSchema> | null | undefined;
  readonly parallel_tool_calls?: boolean | null | undefined;
}

/** The first conflict between tools and choice. */
export function toolProblem(sent: SentTools): FieldProblem | undefined {
  const tools = clientTools(sent);
  if (tools.length > mostTools) {
    return fieldProblem(["tools"], `must have at most ${mostTools} entries, with those in namespaces`);
  }
  const names = new Set<string>();
  for (const { tool } of tools) {
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
