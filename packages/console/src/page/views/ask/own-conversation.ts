import { Conversation } from "./conversation.ts";

/** The page's one conversation. It goes on while other views are looked at. */
export const conversation = new Conversation();

let prepared = "";

/** Begins anew, with this question in the box: "ask again". */
export function prepareQuestion(text: string): void {
  conversation.clear();
  prepared = text;
}

/** What the box begins with; nothing the next time. */
export function takeQuestion(): string {
  const text = prepared;
  prepared = "";
  return text;
}
