import { textOf, type ChatRequest } from "@massgen/core/model";

/** A candidate as a ballot or a presentation shows it. */
export interface ShownAnswer {
  /** `agent1`, `agent2`, ... */
  readonly label: string;
  readonly text: string;
}

const marker = "<CURRENT ANSWERS>";

/** The candidates that the conversation shows last; undefined when it shows none, as when drafting. */
export function shownAnswers({ messages }: ChatRequest): readonly ShownAnswer[] | undefined {
  const shown = messages.findLast((message) => message.role === "user" && textOf(message).includes(marker));
  if (shown === undefined) return undefined;
  const blocks = textOf(shown).matchAll(/^<(agent\d+)>\r?\n([\s\S]*?)\r?\n?<\/\1>\s*$/gm);
  return [...blocks].map(([, label = "", text = ""]) => ({ label, text }));
}

/** What the user asked last, on one line and cut; for images without a word, that they are. */
export function questionOf(request: ChatRequest): string {
  const asked = request.messages.findLast((message) => message.role === "user" && !textOf(message).includes(marker));
  const text = asked === undefined ? "" : textOf(asked).replace(/\s+/g, " ").trim();
  const line = text === "" && holdsImage(request) ? "(an image)" : text;
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}

export function holdsImage({ messages }: ChatRequest): boolean {
  return messages.some(({ content }) => typeof content !== "string" && content.some((part) => part.type === "image"));
}
