import type { ChatRequest, JsonSchema, Tool, ToolChoice, UserMessage } from "@massgen/core/model";
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
      const tools = wantedTools(request);
      const instruction = instructionFor(rung, tools, request.parallelToolCalls !== false);
      return { ...withInstruction(request, instruction), tools, toolChoice: "auto" };
    }
    case "schema":
    case "text": {
      const tools = wantedTools(request);
      const { tools: _, toolChoice: _choice, parallelToolCalls: _parallel, responseFormat: _format, ...rest } = request;
      const plain = { ...rest, messages: withoutToolTurns(request.messages) };
      const instructed = withInstruction(plain, instructionFor(rung, tools, false));
      if (rung === "text") return instructed;
      return { ...instructed, responseFormat: { type: "json-schema", name: "tool_call", schema: schemaOf(tools) } };
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

/**
 * At the end of the last message if that is the user's: many chat templates refuse two in a row. That message is this
 * request's own then.
 */
function withInstruction(request: ChatRequest, text: string): ChatRequest {
  const { messages, prefix } = request;
  const last = messages.at(-1);
  const continues = last?.role === "user";
  const before = continues ? messages.slice(0, -1) : messages;
  const added = continues ? Math.max(prefix?.added ?? 0, 1) : (prefix?.added ?? 0) + 1;
  return {
    ...request,
    messages: [...before, { role: "user", content: continues ? extended(last, text) : text }],
    ...(prefix && { prefix: { ...prefix, added } }),
  };
}

function extended({ content }: UserMessage, text: string): UserMessage["content"] {
  return typeof content === "string" ? `${content}\n\n${text}` : [...content, { type: "text", text }];
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
