import type { AssistantMessage, ContentPart, Message, UserMessage } from "@massgen/core/model";

/** The user turn that is added where a service wants one. */
const goOn: UserMessage = { role: "user", content: "Continue." };
/** The assistant turn that is added between a tool's result and the user's next turn. */
const noted: AssistantMessage = { role: "assistant", content: "I have the results of the tools." };

/** The same conversation with one message where users, or systems, have several in a row. */
export function joinedTurns(messages: readonly Message[]): readonly Message[] {
  const turns: Message[][] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    const first = last?.[0];
    if (last !== undefined && first !== undefined && joins(first, message)) last.push(message);
    else turns.push([message]);
  }
  return turns.flatMap((turn) => (turn.length === 1 ? turn : [together(turn)]));
}

/** With an assistant's turn wherever the user speaks behind a tool. */
export function bridgedTurns(messages: readonly Message[]): readonly Message[] {
  return changed(messages, (message, index) =>
    message.role === "user" && messages[index - 1]?.role === "tool" ? [noted, message] : [message],
  );
}

/** System messages behind the first other message are words of the user. */
export function leadingSystem(messages: readonly Message[]): readonly Message[] {
  const first = messages.findIndex(({ role }) => role !== "system");
  return changed(messages, (message, index) =>
    message.role === "system" && first !== -1 && index > first
      ? [{ role: "user", content: message.content }]
      : [message],
  );
}

/**
 * The texts of the system at the head of the user's first turn, which is made where there is none before the
 * assistant's.
 */
export function withoutSystem(messages: readonly Message[]): readonly Message[] {
  if (!messages.some(({ role }) => role === "system")) return messages;
  const head = leadingSystem(messages);
  const leading = head.filter(({ role }) => role === "system").map(({ content }) => content as string);
  if (leading.length === 0) return head;
  const text = leading.join("\n\n");
  const [first, ...rest] = head.filter(({ role }) => role !== "system");
  if (first?.role !== "user")
    return [{ role: "user", content: text }, ...(first === undefined ? [] : [first]), ...rest];
  return [together([{ role: "user", content: text }, first]), ...rest];
}

/** Users and assistants by turns, behind one system message: what the chat templates of many open models insist on. */
export function alternatingTurns(messages: readonly Message[]): readonly Message[] {
  const turns = joinedTurns(bridgedTurns(leadingSystem(messages)));
  const first = turns.findIndex(({ role }) => role !== "system");
  const begun = turns[first]?.role === "assistant" ? turns.toSpliced(first, 0, goOn) : turns;
  return same(begun, messages) ? messages : begun;
}

/** Without the messages of the system and of the assistant that say nothing. */
export function spokenTurns(messages: readonly Message[]): readonly Message[] {
  return changed(messages, (message) => {
    const silent = message.role === "system" || (message.role === "assistant" && !callsTools(message));
    return silent && typeof message.content === "string" && message.content.trim() === "" ? [] : [message];
  });
}

/** With a turn of the user behind the last one of the assistant. */
export function endingWithUser(messages: readonly Message[]): readonly Message[] {
  const last = messages.at(-1);
  return last?.role === "assistant" && (last.toolCalls ?? []).length === 0 ? [...messages, goOn] : messages;
}

/** Assistant turns join only if neither calls tools, because a tool's result has to follow its call. */
function joins(first: Message, next: Message): boolean {
  if (first.role !== next.role || first.role === "tool") return false;
  return !callsTools(first) && !callsTools(next);
}

function callsTools(message: Message): boolean {
  return message.role === "assistant" && (message.toolCalls ?? []).length > 0;
}

/** Messages of one role as one. */
function together(turn: readonly Message[]): Message {
  const texts = turn.map(({ content }) => content).filter((content) => typeof content === "string");
  const role = turn[0]?.role === "system" ? "system" : turn[0]?.role === "assistant" ? "assistant" : "user";
  if (role !== "user" || texts.length === turn.length) {
    return { role, content: texts.filter((text) => text !== "").join("\n\n") };
  }
  return { role, content: turn.flatMap((message) => (message.role === "user" ? partsIn(message) : [])) };
}

function partsIn({ content }: UserMessage): readonly ContentPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

/** The list with its messages replaced; the same list object where nothing changed. */
function changed(
  messages: readonly Message[],
  change: (message: Message, index: number) => readonly Message[],
): readonly Message[] {
  const result = messages.flatMap(change);
  return same(result, messages) ? messages : result;
}

function same(one: readonly Message[], other: readonly Message[]): boolean {
  return one.length === other.length && one.every((message, index) => message === other[index]);
}
