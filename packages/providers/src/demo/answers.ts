import { textOf, type ChatRequest, type Message } from "@massgen/core/model";
import { shownAnswers, type ShownAnswer } from "@massgen/core/testing";

/** The candidates that the conversation shows last; undefined when it shows none, as when drafting. */
export function answersShown({ messages }: ChatRequest): readonly ShownAnswer[] | undefined {
  return messages.map(shownIn).findLast((shown) => shown !== undefined);
}

function shownIn(message: Message): readonly ShownAnswer[] | undefined {
  return message.role === "user" ? shownAnswers(textOf(message)) : undefined;
}

const maxQuestionChars = 2000;

/** The user's last question as it was asked, cut. */
export function askedIn({ messages }: ChatRequest): string {
  const asked = messages.findLast((message) => message.role === "user" && shownIn(message) === undefined);
  return asked === undefined ? "" : textOf(asked).slice(0, maxQuestionChars);
}

/** The user's last question, on one line and cut. For images without text, a note that there are images. */
export function questionOf(request: ChatRequest): string {
  const text = askedIn(request).replace(/\s+/g, " ").trim();
  const line = text === "" && holdsImage(request) ? "(an image)" : text;
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}

export function holdsImage({ messages }: ChatRequest): boolean {
  return messages.some(({ content }) => typeof content !== "string" && content.some((part) => part.type === "image"));
}
