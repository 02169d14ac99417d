import { createParser } from "eventsource-parser";
import { mostHeld, OversizedAnswer, tooLong } from "./oversized-answer.ts";
import { createStrayLines } from "./stray-lines.ts";

/** A server-sent event. */
interface ServerEvent {
  readonly type: "event";
  /** The `event:` field, where there was one. */
  readonly name?: string;
  readonly data: string;
  /** False for a last event without its blank line: it may have been cut. */
  readonly whole: boolean;
}

/** A comment: what services say while they work. */
interface StreamComment {
  readonly type: "comment";
  readonly text: string;
}

/** Lines that are no fields of an event and begin like a JSON object: how some services report that they failed. */
interface StrayText {
  readonly type: "stray";
  readonly text: string;
}

/** A part of a stream of server-sent events. */
export type StreamPart = ServerEvent | StreamComment | StrayText;

/** Splits a text that comes in pieces into server-sent events, and what stands between them. */
export interface EventSplitter {
  /**
   * The events and stray texts that end in this piece, in the order in which they began; before them the last comment
   * in it.
   * @throws OversizedAnswer when one is too long to be held
   */
  readonly push: (text: string) => readonly StreamPart[];
  /** The event that the end of the text leaves without its blank line, if there is one. */
  readonly end: () => readonly StreamPart[];
}

/** The most characters of a comment that are kept. */
const longestComment = 200;

/** The most lines of one event: each costs memory of its own, and nobody writes a JSON object in that many. */
export const mostLines = 100_000;

/**
 * Makes a splitter. Its time grows with the length of the text, whatever the pieces; it holds one event, of at most
 * {@link mostHeld} characters in {@link mostLines} lines.
 */
export function createEventSplitter(): EventSplitter {
  let events: StreamPart[] = [];
  let whole = true;
  let endedByReturn = false;
  /** Lines since the last blank one, comments aside. */
  let lines = 0;
  let atLineStart = true;
  let comment: string | undefined;
  const strays = createStrayLines();
  const parser = createParser({
    onEvent: ({ event, data }) => {
      events.push(event === undefined ? { type: "event", data, whole } : { type: "event", name: event, data, whole });
    },
    onComment: (text) => {
      comment = text.slice(0, longestComment);
    },
    // No `onError`: with one, the parser makes an error, stack and all, of every line that is no field.
    maxBufferSize: mostHeld,
  });

  /** Feeds the parser. Once too much is buffered it ends itself, and then takes no more. */
  function feed(piece: string): readonly StreamPart[] {
    try {
      parser.feed(piece);
    } catch {
      throw tooLong("in one event");
    }
    const ended = events;
    events = [];
    return ended;
  }

  function beside(): readonly StreamPart[] {
    const said = comment;
    comment = undefined;
    return said === undefined ? [] : [{ type: "comment", text: said }];
  }

  /** What a piece ends. Where stray text begins, it is fed in two: what stood before that comes before it. */
  function split(piece: string): readonly StreamPart[] {
    const found = strays.push(piece);
    if (found.length === 0) return feed(piece);
    const parts: StreamPart[] = [];
    let fed = 0;
    for (const { text, at } of found) {
      parts.push(...feed(piece.slice(fed, at)), { type: "stray", text });
      fed = at;
    }
    return [...parts, ...feed(piece.slice(fed))];
  }

  /**
   * Line feeds only: the parser looks through the whole piece again at each line of one that holds a carriage return.
   */
  function withLineFeeds(text: string): string {
    const rest = endedByReturn && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") endedByReturn = text.endsWith("\r");
    return rest.includes("\r") ? rest.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : rest;
  }

  function countLines(piece: string): void {
    // Most pieces end with an event.
    if (piece.endsWith("\n\n")) {
      lines = 0;
      atLineStart = true;
      return;
    }
    const blank = piece.lastIndexOf("\n\n");
    if (blank >= 0 || (atLineStart && piece.startsWith("\n"))) lines = 0;
    if (atLineStart && piece.startsWith(":")) lines -= 1;
    for (let at = piece.indexOf("\n", blank + 2); at >= 0; at = piece.indexOf("\n", at + 1)) {
      if (piece[at + 1] !== ":") lines += 1;
    }
    if (piece !== "") atLineStart = piece.endsWith("\n");
  }

  return {
    push(text) {
      const piece = withLineFeeds(text);
      const ended = split(piece);
      countLines(piece);
      if (lines > mostLines) throw new OversizedAnswer(`${mostLines} lines in one event`);
      return comment === undefined ? ended : [...beside(), ...ended];
    },
    end() {
      whole = false;
      const text = strays.end();
      const ended = feed("\n\n");
      return [...beside(), ...(text === undefined ? [] : [{ type: "stray", text } as const]), ...ended];
    },
  };
}
