import { createParser } from "eventsource-parser";
import { createHold, mostHeld, OversizedAnswer } from "./oversized-answer.ts";

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

/**
 * Splits a body into events as it arrives, giving those of one network read together, so that an event costs no promise here; reads
 * on only when asked for the next ones. What the body is, its first character says, since servers mislabel both kinds: no event
 * stream begins with a bracket.
 *
 * @throws OversizedAnswer when an event, or a body that is no event stream, is too long to be held
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
    maxBufferSize: mostHeld,
  });
  while (text !== undefined) {
    parser.feed(text);
    if (events.length > 0) yield events.splice(0);
    if (oversized) throw new OversizedAnswer("in one event");
    text = await read();
  }
  whole = false;
  parser.feed("\n\n");
  if (events.length > 0) yield events.splice(0);
}

async function readDocument(begin: string, read: ReadText): Promise<string> {
  const hold = createHold();
  const pieces: string[] = [];
  for (let text: string | undefined = begin; text !== undefined; text = await read()) {
    hold(text);
    pieces.push(text);
  }
  return pieces.join("");
}
