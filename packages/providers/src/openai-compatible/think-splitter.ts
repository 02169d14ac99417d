import { createHold } from "../wire/oversized-answer.ts";

/** A piece of content, told apart. */
export interface ThinkPiece {
  readonly kind: "text" | "reasoning";
  readonly text: string;
}

/** Tells a model's thoughts from its answer where both come as content. */
export interface ThinkSplitter {
  readonly push: (content: string) => ThinkPiece[];
  /** Says that thoughts come elsewhere: content that is undecided so far is text. */
  readonly plain: () => ThinkPiece[];
  /** What is still held back when the stream ends. */
  readonly end: () => ThinkPiece[];
}

const tags: readonly (readonly [open: string, close: string])[] = [
  ["<think>", "</think>"],
  ["◁think▷", "◁/think▷"],
];

const longestTag = Math.max(...tags.flat().map((tag) => tag.length));

/** Models whose chat templates write the opening tag into the prompt, so that answers begin inside the thoughts. */
const openingTagInPrompt: readonly ((name: string) => boolean)[] = [
  (name) => /deepseek-r1|\bqwq\b|glm-z1/.test(name),
  (name) => name.includes("qwen3") && name.includes("-thinking"),
  (name) => name.includes("nemotron") && name.includes("-reasoning"),
];

/** Whether a model is known for answers that begin with thoughts and no opening tag. */
export function omitsOpeningTag(model: string): boolean {
  const name = model.toLowerCase();
  return openingTagInPrompt.some((fits) => fits(name));
}

/**
 * Splits `<think>...</think>` off the beginning of an answer, however the tags are cut into pieces. Only there: further on, an
 * answer may well speak of such tags.
 *
 * Its time grows with the length of the content, however that is cut. What is undecided is held, as much as a {@link createHold} allows.
 *
 * @param bare whether the opening tag may be missing. Content is held then until a closing tag tells what it was.
 */
export function createThinkSplitter(bare = false): ThinkSplitter {
  let state: "begin" | "undecided" | "thinking" | "gap" | "text" = "begin";
  let close = "";
  let held = "";
  /** The blanks before `held` at the beginning: looked through once, however many come. */
  let blanks: string[] = [];
  const hold = createHold("of which it is not clear whether they are thoughts");
  /** The end of what was looked through while undecided. */
  let looked = "";

  /** Whether a closing tag ends in this. All that is held is not looked through again: that would take ever longer. */
  function closesIn(content: string): boolean {
    const unread = looked + content;
    looked = unread.slice(-longestTag);
    return tags.some(([, end]) => unread.includes(end));
  }

  function advance(): ThinkPiece[] {
    switch (state) {
      case "begin": {
        const pair = tags.find(([open]) => held.startsWith(open));
        if (pair !== undefined) {
          state = "thinking";
          close = pair[1];
          held = held.slice(pair[0].length);
          blanks = [];
          return advance();
        }
        if (tags.some(([open]) => open.startsWith(held))) return [];
        state = bare ? "undecided" : "text";
        looked = held.slice(-longestTag);
        held = allHeld();
        return advance();
      }
      case "undecided": {
        const at = tags.map(([, end]) => held.indexOf(end)).find((index) => index >= 0);
        if (at === undefined) return [];
        close = tags.find(([, end]) => held.startsWith(end, at))?.[1] ?? "";
        state = "thinking";
        return advance();
      }
      case "thinking": {
        const at = held.indexOf(close);
        if (at >= 0) {
          const thought = held.slice(0, at);
          held = held.slice(at + close.length);
          state = "gap";
          return [...piece("reasoning", thought), ...advance()];
        }
        const keep = overlap(held, close);
        const thought = held.slice(0, held.length - keep);
        held = held.slice(held.length - keep);
        return piece("reasoning", thought);
      }
      case "gap":
        held = held.trimStart();
        if (held === "") return [];
        state = "text";
        return advance();
      case "text": {
        const text = held;
        held = "";
        return piece("text", text);
      }
    }
  }

  function allHeld(): string {
    const all = blanks.join("") + held;
    blanks = [];
    return all;
  }

  return {
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
      if (state !== "undecided") return [];
      state = "text";
      return advance();
    },
    end() {
      const rest = allHeld();
      held = "";
      return piece(state === "thinking" ? "reasoning" : "text", rest);
    },
  };
}

function piece(kind: ThinkPiece["kind"], text: string): ThinkPiece[] {
  return text === "" ? [] : [{ kind, text }];
}

/** How many characters at the end of `text` may be the beginning of `tag`. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
    if (tag.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
