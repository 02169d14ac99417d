import { MassgenError } from "@massgen/core";
import type { ContentPart, UserMessage } from "@massgen/core";
import { readImage } from "./image-file.ts";

/** The most bytes of a question from stdin. */
const mostQuestion = 8 * 1024 * 1024;

/**
 * The question of a command line: its words, or what is piped in where there are none.
 * @throws MassgenError `configuration` when there is none, or too much of it
 */
export async function readQuestion(words: readonly string[], stdin?: () => NodeJS.ReadStream): Promise<string> {
  const typed = words.join(" ").trim();
  if (typed !== "" && typed !== "-") return typed;
  const input = stdin?.();
  if (input === undefined || (input.isTTY && typed !== "-")) throw new MassgenError("configuration", noQuestion);
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of input) {
    const buffer = Buffer.from(piece as Buffer);
    bytes += buffer.length;
    if (bytes > mostQuestion) {
      throw new MassgenError("configuration", "The question on stdin is longer than 8 MiB, the most that is read.");
    }
    pieces.push(buffer);
  }
  const piped = Buffer.concat(pieces).toString("utf8").trim();
  if (piped === "") throw new MassgenError("configuration", noQuestion);
  return piped;
}

/** A question as a message, with its images behind it. */
export async function messageOf(question: string, images: readonly string[], cwd: string): Promise<UserMessage> {
  if (images.length === 0) return { role: "user", content: question };
  const parts: ContentPart[] = [{ type: "text", text: question }];
  for (const image of images) parts.push({ type: "image", url: await readImage(image, cwd) });
  return { role: "user", content: parts };
}

const noQuestion = `There is no question. Type it, or pipe it in:
  massgen run "Why is the sky blue?"
  massgen run < question.txt`;
