import { createParser } from "eventsource-parser";

/** A server-sent event, or a body that is no event stream at all (JSON, HTML), whole. */
export type AnswerPiece =
  | {
      readonly type: "event";
      /** The `event:` field, where there was one. */
      readonly name?: string;
      readonly data: string;
      /** False for a last event without its blank line: it may have been cut. */
      readonly whole: boolean;
    }
  | { readonly type: "document"; readonly text: string };

/** Where the reader gets its text: one network read per call, undefined at the end. */
export type ReadText = () => Promise<string | undefined>;

/** Raised for a body that does not fit into {@link longestPiece} characters; the caller says whose it was. */
export class OversizedPiece extends Error {}

/** The most characters of one event or document that are held. Images in an answer are the largest known case. */
export const longestPiece = 32 * 1024 * 1024;

/**
 * Splits a body into events as it arrives, giving those of one network read together, so that an event costs no promise here; reads
 * on only when asked for the next ones. What the body is, its first character says, since servers mislabel both kinds: no event
 * stream begins with a bracket.
 *
 * @throws OversizedPiece
 */
export async function* readAnswer(read: ReadText): AsyncGenerator<readonly AnswerPiece[], void, undefined> {
  let text = await read();
  let begin = "";
  while (text !== undefined && (begin + text).trim() === "") {
    begin += text;
    text = await read();
  }
  if (text === undefined) return;
  text = begin + text;
  if (/^[\s\uFEFF]*[{[<]/.test(text)) {
    yield [{ type: "document", text: await readDocument(text, read) }];
    return;
  }

  const events: AnswerPiece[] = [];
  let whole = true;
  let oversized = false;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      events.push({ type: "event", data, whole, ...(event !== undefined && { name: event }) });
    },
    onError: ({ type }) => {
      oversized ||= type === "max-buffer-size-exceeded";
    },
    maxBufferSize: longestPiece,
  });
  while (text !== undefined) {
    parser.feed(text);
    if (events.length > 0) yield events.splice(0);
    if (oversized) throw new OversizedPiece();
    text = await read();
  }
  whole = false;
  parser.feed("\n\n");
  if (events.length > 0) yield events.splice(0);
}

async function readDocument(begin: string, read: ReadText): Promise<string> {
  const pieces = [begin];
  let length = begin.length;
  for (let text = await read(); text !== undefined; text = await read()) {
    pieces.push(text);
    length += text.length;
    if (length > longestPiece) throw new OversizedPiece();
  }
  return pieces.join("");
}
