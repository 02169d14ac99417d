import type { Tool } from "@massgen/core/model";
import type { Rung } from "./rung.ts";

/** The instruction at the end of the conversation to call a tool, where the wire cannot force it. */
export function instructionFor(
  rung: Extract<Rung, "instructed" | "schema" | "text">,
  tools: readonly Tool[],
  several: boolean,
): string {
  switch (rung) {
    case "instructed": {
      const names = tools.map(({ name }) => `\`${name}\``).join(" or ");
      const count = several ? "at least one call" : "exactly one call";
      return `Answer with ${count} of ${tools.length === 1 ? "the tool " : ""}${names}. An answer in words does not count; only a tool call does.`;
    }
    case "schema":
      return [...described(tools), `Reply with this JSON object and nothing else: ${form(tools)}`].join("\n");
    case "text":
      return [
        ...described(tools),
        "Reply with one JSON object in a fenced block and nothing else:",
        "```json",
        form(tools),
        "```",
      ].join("\n");
  }
}

function described(tools: readonly Tool[]): string[] {
  return [
    "You cannot call tools directly here. Instead, write down one call as JSON.",
    tools.length === 1 ? "The tool:" : "The tools, of which you choose one:",
    ...tools.map(({ name, description, parameters }) => {
      const purpose = description === undefined ? "" : `: ${description}`;
      const schema = parameters === undefined ? "none" : JSON.stringify(parameters);
      return `- \`${name}\`${purpose}\n  Schema of its arguments: ${schema}`;
    }),
  ];
}

function form(tools: readonly Tool[]): string {
  const name = tools.length === 1 ? (tools[0]?.name ?? "") : "name of the tool";
  return `{"tool": ${JSON.stringify(name)}, "arguments": {its arguments}}`;
}
