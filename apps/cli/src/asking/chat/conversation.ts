import { writeFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { AssistantMessage, UserMessage } from "@massgen/core";
import type { CliContext } from "../../context.ts";

/** What was asked and answered so far, in turns. */
export type Conversation = readonly (UserMessage | AssistantMessage)[];

/** A conversation as Markdown: a heading before each question and each answer. */
function markdownOf(conversation: Conversation): string {
  return conversation
    .map(({ role, content }) => `## ${role === "user" ? "Question" : "Answer"}\n\n${textOf(content)}\n`)
    .join("\n");
}

function textOf(content: UserMessage["content"]): string {
  return typeof content === "string" ? content : content.map((part) => ("text" in part ? part.text : "")).join("\n");
}

/**
 * Writes a conversation into a new file: as messages in JSON if its name ends with `.json`, else as Markdown.
 *
 * @returns why that failed, if it did
 */
export async function saveConversation(
  conversation: Conversation,
  file: string,
  { cwd, home }: Pick<CliContext, "cwd" | "home">,
): Promise<string | undefined> {
  const text =
    extname(file).toLowerCase() === ".json"
      ? `${JSON.stringify({ messages: conversation }, undefined, 2)}\n`
      : markdownOf(conversation);
  try {
    await writeFile(resolve(cwd, file.replace(/^~(?=[/\\])/, home)), text, { flag: "wx" });
    return undefined;
  } catch (error) {
    return reasonOf(error as NodeJS.ErrnoException);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EEXIST":
      return "there is something of this name, and it is not overwritten";
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such folder";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "that is not allowed";
    default:
      return message;
  }
}
