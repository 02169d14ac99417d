import type { CallContent } from "../call.ts";

/** A part of a prompt, in the order in which the service reads them. */
export interface PromptBlock {
  readonly text: string;
  /** The client wants the prompt kept up to here. */
  readonly breakpoint: boolean;
}

type Body = Readonly<Record<string, unknown>>;

function plain(value: unknown): PromptBlock {
  return { text: JSON.stringify(value), breakpoint: false };
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A block of Claude's; its mark is no part of what the model reads. */
function marked(value: unknown, of: string): PromptBlock {
  if (typeof value === "string") return marked({ type: "text", text: value }, of);
  const { cache_control: mark, ...rest } = value as Body;
  return { text: `${of}${JSON.stringify(rest)}`, breakpoint: mark !== undefined && mark !== null };
}

/** Tools, system, messages; how tools are to be used, and thinking, belong to the messages. */
function claudeBlocks(body: Body): readonly PromptBlock[] {
  const blocks = [
    ...list(body["tools"]).map((tool) => marked(tool, "tool")),
    ...list(body["system"]).map((block) => marked(block, "system")),
    ...[body["tool_choice"], body["thinking"]].flatMap(list).map(plain),
    ...list(body["messages"]).flatMap((message) => {
      const { role, content } = message as Body;
      return list(content).map((block) => marked(block, String(role)));
    }),
  ];
  if (body["cache_control"] === undefined) return blocks;
  return blocks.map((block, at) => (at === blocks.length - 1 ? { ...block, breakpoint: true } : block));
}

/** The prompt of a request: everything that the model reads, and nothing else. */
export function promptBlocks({ wire, body }: Pick<CallContent, "wire" | "body">): readonly PromptBlock[] {
  const tools = list(body["tools"]);
  switch (wire) {
    case "openai":
      return [...tools, ...list(body["response_format"]), ...list(body["messages"])].map(plain);
    case "responses":
      return [...tools, ...[body["text"], body["instructions"], body["input"]].flatMap(list)].map(plain);
    case "gemini":
      return [...tools, ...[body["systemInstruction"], body["toolConfig"], body["contents"]].flatMap(list)].map(plain);
    case "claude":
      return claudeBlocks(body);
  }
}
