import type { RunRequest } from "@massgen/core";
import type { Tool } from "@massgen/core/model";
import { z } from "zod";
import { report } from "../fields/field.ts";
import { fieldProblem, type FieldProblem } from "../fields/field-problem.ts";
import { list, parsePart } from "../fields/list.ts";
import { mostTools, namedFunction, namedTool } from "./tool-schema.ts";

const modes = ["none", "auto", "required"] as const;

/** A `tool_choice` as sent, not yet checked against the tools. */
type SentChoice =
  | (typeof modes)[number]
  | { readonly type: "function"; readonly function: { readonly name: string } }
  | {
      readonly type: "allowed_tools";
      readonly allowed_tools: { readonly mode: "auto" | "required"; readonly tools: readonly string[] };
    };

const choiceObject = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("function"), function: namedFunction }),
    z.object({
      type: z.literal("allowed_tools"),
      allowed_tools: z.object({
        mode: z.enum(["auto", "required"]),
        tools: list(namedTool, { min: 1, max: mostTools }),
      }),
    }),
    z.object({ type: z.literal("custom") }).transform((_, context): never => {
      report(context, "unsupported_parameter", "names a custom tool: only functions are supported");
      return z.NEVER;
    }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be function or allowed_tools" : undefined) },
);

export const toolChoiceSchema = z.unknown().transform((value, context): SentChoice => {
  const mode = modes.find((known) => known === value);
  if (mode !== undefined) return mode;
  if (typeof value === "object" && value !== null) return parsePart(choiceObject, value, context);
  report(context, "invalid_value", `must be ${modes.join(", ")}, or an object that names functions`);
  return z.NEVER;
});

/** A request's fields about tools. */
export interface SentTools {
  readonly tools?: readonly Tool[] | null | undefined;
  readonly tool_choice?: SentChoice | null | undefined;
  readonly parallel_tool_calls?: boolean | null | undefined;
}

/** The first conflict between tools and choice: a duplicate name, or a chosen one that does not exist. */
export function toolProblem({ tools, tool_choice: choice }: SentTools): FieldProblem | undefined {
  const names = (tools ?? []).map((tool) => tool.name);
  const known = new Set(names);
  if (known.size < names.length) {
    const index = names.findIndex((name, at) => names.indexOf(name) < at);
    return fieldProblem(["tools", index, "function", "name"], `is '${names[index]}', like that of an earlier tool`);
  }
  if (choice === undefined || choice === null || choice === "none" || choice === "auto") return undefined;
  if (names.length === 0) return fieldProblem(["tool_choice"], "needs tools to choose from: send them in 'tools'");
  if (choice === "required") return undefined;

  const unknown = (name: string): string => `is '${name}', which is not among 'tools'`;
  if (choice.type === "function") {
    const { name } = choice.function;
    return known.has(name) ? undefined : fieldProblem(["tool_choice", "function", "name"], unknown(name));
  }
  const { tools: allowed } = choice.allowed_tools;
  const missing = allowed.findIndex((name) => !known.has(name));
  const path = ["tool_choice", "allowed_tools", "tools", missing, "function", "name"];
  return missing === -1 ? undefined : fieldProblem(path, unknown(allowed[missing] ?? ""));
}

/** The run's settings for tools; empty without tools. A choice of allowed tools passes on only those. */
export function toRunTools(sent: SentTools): Pick<RunRequest, "tools" | "toolChoice" | "parallelToolCalls"> {
  const { tools, tool_choice: choice, parallel_tool_calls: parallel } = sent;
  if (!tools?.length) return {};
  const calls = typeof parallel === "boolean" ? { parallelToolCalls: parallel } : {};
  if (choice === undefined || choice === null) return { tools, ...calls };
  if (typeof choice === "string") return { tools, toolChoice: choice, ...calls };
  if (choice.type === "function") return { tools, toolChoice: { name: choice.function.name }, ...calls };
  const { mode, tools: allowed } = choice.allowed_tools;
  return { tools: tools.filter((tool) => allowed.includes(tool.name)), toolChoice: mode, ...calls };
}
