import { createEventSplitter, type StreamPart } from "./event-splitter.ts";
import { createHold } from "./oversized-answer.ts";

/** A part of an event stream, or a body that is none at all (JSON, HTML), whole. */
export type AnswerPiece = StreamPart | { readonly type: "document"; readonly text: string };

/** The most characters kept of a body that may turn out to be a plain text. */
const longestPlain = 4096;

/** The longest text that may be an end marker. */
const longestMarker = 32;

/** Whether a piece is the marker that OpenAI's wire, and many a gateway, sends as its last event. */
export function isDone(piece: AnswerPiece): boolean {
  return piece.type === "event" && piece.data.length <= longestMarker && isDoneText(piece.data);
}

function isDoneText(text: string): boolean {
  return /^\s*"?\[DONE\]"?\s*$/.test(text);
}

/** Where the reader gets its text: one network read per call, undefined at the end. */
export type ReadText = () => Promise<string | undefined>;

/**
 * Splits a body into events as it arrives, giving those of one network read together, so that an event costs no promise
 * here; reads on only when asked for the next ones. What the body is, its first character says, since servers mislabel
 * both kinds: no event stream begins with a bracket. Its time grows with the length of the body, however that is cut
 * into reads.
 *
 * @throws OversizedAnswer when an event, or a body that is no event stream, is too long to be held
 */
export async function* readAnswer(read: ReadText): AsyncGenerator<readonly AnswerPiece[], void, undefined> {
  const hold = createHold();
  const blanks: string[] = [];
  let first = await read();
  while (first !== undefined && first.trim() === "") {
    hold(first);
    blanks.push(first);
    first = await read();
  }
  if (first === undefined) return;
  if (/^[{[<]/.test(first.trimStart())) {
    yield [{ type: "document", text: await readDocument([...blanks, first], read) }];
    return;
  }

  const splitter = createEventSplitter();
  const plain = first.slice(0, longestPlain);
  let empty = true;
  for (let text: string | undefined = blanks.join("") + first; text !== undefined; text = await read()) {
    const events = parted(splitter.push(text));
    if (events.length === 0) continue;
    empty = false;
    yield events;
  }
  const last = parted(splitter.end());
  if (last.length > 0) yield last;
  else if (empty) yield [{ type: "stray", text: plain }];
}

async function readDocument(begin: readonly string[], read: ReadText): Promise<string> {
  const hold = createHold();
  const pieces = [...begin];
  for (const piece of begin) hold(piece);
  for (let text = await read(); text !== undefined; text = await read()) {
    hold(text);
    pieces.push(text);
  }
  return pieces.join("");
}

/**
 * Events in place of those that came without the blank lines between them: each line of such a one is a JSON object, or
 * the marker.
 */
function parted(pieces: readonly StreamPart[]): readonly StreamPart[] {
  return pieces.some(hasLines) ? pieces.flatMap((piece) => (hasLines(piece) ? linesOf(piece) : [piece])) : pieces;
}

function hasLines(piece: StreamPart): piece is Extract<StreamPart, { type: "event" }> {
  return piece.type === "event" && piece.data.includes("}\n");
}

function linesOf(piece: Extract<StreamPart, { type: "event" }>): readonly StreamPart[] {
  const lines = piece.data.split("\n").filter((line) => line.trim() !== "");
  const whole = lines.every(
    (line, at) => isDoneText(line.slice(0, longestMarker)) || isObject(line, at < lines.length - 1),
  );
  if (!whole) return [piece];
  return lines.map((data, at) => ({ ...piece, data, whole: piece.whole || at < lines.length - 1 }));
}

/** Of the last line the beginning: it may be cut. */
function isObject(line: string, ended: boolean): boolean {
  return line.startsWith("{") && (!ended || line.trimEnd().endsWith("}"));
}
