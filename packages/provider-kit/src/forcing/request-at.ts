import type { ChatRequest, JsonSchema, Message, Tool, ToolChoice } from "@massgen/core/model";
import { instructionFor } from "./instruction.ts";
import { withoutToolTurns } from "./plain-turns.ts";
import type { Rung } from "./rung.ts";

/**
 * Writes a request in the form of a rung. On `forced` and `without-thinking` it stays as it is; below, a named tool is
 * the only one, and an instruction stands at the end of the conversation.
 */
export function requestAt(rung: Rung, request: ChatRequest): ChatRequest {
  switch (rung) {
    case "forced":
    case "without-thinking":
      return request;
    case "instructed": {
      const { parallelToolCalls, messages } = request;
      const tools = wantedTools(request);
      const instruction = instructionFor(rung, tools, parallelToolCalls !== false);
      return { ...request, tools, toolChoice: "auto", messages: withInstruction(messages, instruction) };
    }
    case "schema":
    case "text": {
      const tools = wantedTools(request);
      const { tools: _, toolChoice: _choice, parallelToolCalls: _parallel, responseFormat: _format, ...rest } = request;
      const messages = withInstruction(withoutToolTurns(request.messages), instructionFor(rung, tools, false));
      if (rung === "text") return { ...rest, messages };
      return { ...rest, messages, responseFormat: { type: "json-schema", name: "tool_call", schema: schemaOf(tools) } };
    }
  }
}

/** The tools that may be called: all, or the one that the choice names. */
export function wantedTools({
  tools = [],
  toolChoice,
}: {
  tools?: readonly Tool[];
  toolChoice?: ToolChoice;
}): readonly Tool[] {
  return typeof toolChoice === "object" ? tools.filter((tool) => tool.name === toolChoice.name) : tools;
}

/** At the end of the last message if that is the user's: many chat templates refuse two in a row. */
function withInstruction(messages: readonly Message[], text: string): readonly Message[] {
  const last = messages.at(-1);
  if (last?.role !== "user") return [...messages, { role: "user", content: text }];
  const { content } = last;
  const extended =
    typeof content === "string" ? `${content}\n\n${text}` : [...content, { type: "text" as const, text }];
  return [...messages.slice(0, -1), { role: "user", content: extended }];
}

/**
 * The schema of an object with a tool's name and its arguments: one alternative for each tool, so that a grammar cannot
 * combine the name of one with the arguments of another.
 */
function schemaOf(tools: readonly Tool[]): JsonSchema {
  const shapes = tools.map(callShape);
  return shapes.length === 1 && shapes[0] !== undefined ? shapes[0] : { type: "object", anyOf: shapes };
}

function callShape({ name, parameters }: Tool): JsonSchema {
  return {
    type: "object",
    properties: { tool: { type: "string", enum: [name] }, arguments: argumentsShape(parameters) },
    required: ["tool", "arguments"],
    additionalProperties: false,
  };
}

/** References are resolved from the root of a schema, so a schema with references cannot be nested in another one. */
function argumentsShape(parameters: JsonSchema = { type: "object", properties: {} }): JsonSchema {
  return JSON.stringify(parameters).includes('"$ref"') ? { type: "object" } : parameters;
}
