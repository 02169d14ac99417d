import { createHold } from "./oversized-answer.ts";
import { channelEnds, channelMessage, channelStarts, longestChannelName, thoughtTags } from "./thought-tags.ts";

/** A piece of content, told apart. */
export interface ThinkPiece {
  readonly kind: "text" | "reasoning";
  readonly text: string;
}

/** Tells a model's thoughts from its answer where both come as content. */
export interface ThinkSplitter {
  readonly push: (content: string) => ThinkPiece[];
  /** Whether all that comes from here on is text as it is: then nothing has to be pushed. */
  readonly passes: () => boolean;
  /** Says that thoughts come elsewhere: content that is undecided so far is text. */
  readonly plain: () => ThinkPiece[];
  /** What is still held back when the stream ends. */
  readonly end: () => ThinkPiece[];
}

type State =
  /** Nothing but blanks came. */
  | "begin"
  /** The opening tag may be missing, and a closing one has not come. */
  | "undecided"
  | "thinking"
  /** Behind thoughts in tags. */
  | "gap"
  /** In the name of a channel, in one that is thoughts, between two. */
  | "channel"
  | "aside"
  | "between"
  | "text";

const openings = [...thoughtTags.map(({ open }) => open), ...channelStarts];
const closings = thoughtTags.map(({ close }) => close);
const longestClosing = Math.max(...closings.map((tag) => tag.length));

/**
 * Splits the thoughts in {@link thoughtTags}, or in gpt-oss's channels, off the beginning of an answer, however the
 * tags are cut into pieces. Only there: further on, an answer may well speak of such tags.
 *
 * Its time grows with the length of the content, however that is cut. What is undecided is held, as much as a {@link
 * createHold} allows.
 *
 * @param bare whether the opening tag may be missing. Content is held then until a closing tag tells what it was.
 */
export function createThinkSplitter(bare = false): ThinkSplitter {
  let state: State = "begin";
  let held = "";
  /** What begins and ends the thoughts, and what stands around the answer behind them. */
  let open = "";
  let close = "";
  let answer: readonly [open: string, close: string] | undefined;
  /** Marks that may stand behind the text, as its last. */
  let trailers: readonly string[] = [];
  /** The blanks before `held` at the beginning: looked through once, however many come. */
  let blanks: string[] = [];
  const hold = createHold("of which it is not clear whether they are thoughts");
  /** The end of what was looked through while undecided. */
  let looked = "";

  /** Whether a closing tag ends in this. All that is held is not looked through again: that would take ever longer. */
  function closesIn(content: string): boolean {
    const unread = looked + content;
    looked = unread.slice(-longestClosing);
    return closings.some((end) => unread.includes(end));
  }

  function advance(): ThinkPiece[] {
    switch (state) {
      case "begin":
        return atBegin();
      case "undecided": {
        // The first of the table that is there: an answer in one kind of tags may speak of another.
        const tags = thoughtTags.find((pair) => held.includes(pair.close));
        if (tags === undefined) return [];
        ({ open, close, answer } = tags);
        state = "thinking";
        return advance();
      }
      case "thinking":
        return takeUntil([close], "reasoning", "gap");
      case "gap":
        return inGap();
      case "channel":
        return inChannelName();
      case "aside":
        return takeUntil(channelEnds, "reasoning", "between", channelStarts);
      case "between":
        return betweenChannels();
      case "text": {
        const keep = longestOverlap(held, trailers);
        return release("text", held.length - keep);
      }
    }
  }

  function atBegin(): ThinkPiece[] {
    const tags = thoughtTags.find(({ open }) => held.startsWith(open));
    if (tags !== undefined) {
      ({ open, close, answer } = tags);
      blanks = [];
      held = held.slice(tags.open.length);
      return enter("thinking");
    }
    const start = channelStarts.find((mark) => held.startsWith(mark));
    if (start !== undefined) {
      blanks = [];
      held = held.slice(start.length);
      return enter("channel");
    }
    if (openings.some((open) => open.startsWith(held))) return [];
    looked = held.slice(-longestClosing);
    held = allHeld();
    return enter(bare ? "undecided" : "text");
  }

  function inGap(): ThinkPiece[] {
    held = held.trimStart();
    if (held === "" || (answer?.[0].startsWith(held) && held !== answer[0])) return [];
    // Some think again before they speak.
    if (held.startsWith(open)) {
      held = held.slice(open.length);
      return enter("thinking");
    }
    if (open.startsWith(held)) return [];
    if (answer !== undefined && held.startsWith(answer[0])) {
      held = held.slice(answer[0].length).trimStart();
      trailers = [answer[1]];
      if (held === "") {
        answer = undefined;
        return [];
      }
    }
    return enter("text");
  }

  /**
   * The name says whether thoughts follow, or the answer. What is said to a tool is left as it is, for those who read
   * calls in texts.
   */
  function inChannelName(): ThinkPiece[] {
    const at = held.slice(0, longestChannelName + channelMessage.length).indexOf(channelMessage);
    if (at < 0 && held.length <= longestChannelName) return [];
    const name = at < 0 ? "" : held.slice(0, at);
    if (at < 0 || /\bto=/.test(name)) {
      held = `${channelStarts[0]}${held}`;
      return enter("text");
    }
    held = held.slice(at + channelMessage.length);
    if (!name.trimStart().startsWith("final")) return enter("aside");
    trailers = ["<|return|>", "<|end|>"];
    return enter("text");
  }

  function betweenChannels(): ThinkPiece[] {
    held = held.trimStart();
    const start = channelStarts.find((mark) => held.startsWith(mark));
    if (start !== undefined) {
      held = held.slice(start.length);
      return enter("channel");
    }
    return channelStarts.some((mark) => mark.startsWith(held)) ? [] : enter("text");
  }

  function enter(next: State): ThinkPiece[] {
    state = next;
    return advance();
  }

  /** What comes before the first of the marks, which is left out unless it begins what follows. */
  function takeUntil(
    marks: readonly string[],
    kind: ThinkPiece["kind"],
    next: State,
    kept: readonly string[] = [],
  ): ThinkPiece[] {
    const found = firstOf(held, marks);
    if (found === undefined) return release(kind, held.length - longestOverlap(held, marks));
    const taken = piece(kind, held.slice(0, found.at));
    held = held.slice(found.at + (kept.includes(found.mark) ? 0 : found.mark.length));
    return [...taken, ...enter(next)];
  }

  function release(kind: ThinkPiece["kind"], length: number): ThinkPiece[] {
    const released = held.slice(0, length);
    held = held.slice(length);
    return piece(kind, released);
  }

  function allHeld(): string {
    const all = blanks.join("") + held;
    blanks = [];
    return all;
  }

  return {
    passes: () => state === "text" && held === "" && trailers.length === 0,
    push(content) {
      if (state === "begin" || state === "undecided") hold(content);
      if (state === "begin" && held === "") {
        held = content.trimStart();
        if (held.length < content.length) blanks.push(content.slice(0, content.length - held.length));
      } else held += content;
      if (state === "undecided" && !closesIn(content)) return [];
      return advance();
    },
    plain() {
      bare = false;
      return state === "undecided" ? enter("text") : [];
    },
    end() {
      const rest = state === "channel" ? `${channelStarts[0]}${held}` : allHeld();
      held = "";
      if (state === "thinking" || state === "aside") return piece("reasoning", rest);
      // In a gap only what may have become a mark is held.
      if (state === "between" && rest !== "") return [];
      return piece("text", trailers.includes(rest) ? "" : rest);
    },
  };
}

function piece(kind: ThinkPiece["kind"], text: string): ThinkPiece[] {
  return text === "" ? [] : [{ kind, text }];
}

function firstOf(text: string, marks: readonly string[]): { readonly at: number; readonly mark: string } | undefined {
  let first: { readonly at: number; readonly mark: string } | undefined;
  for (const mark of marks) {
    const at = text.indexOf(mark);
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, mark };
  }
  return first;
}

/** How many characters at the end of `text` one of the marks may go on from, or is. */
function longestOverlap(text: string, marks: readonly string[]): number {
  return marks.reduce((longest, mark) => Math.max(longest, overlap(text, mark)), 0);
}

function overlap(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length); length > 0; length -= 1) {
    if (mark.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
