import { parseJson, type JsonObject } from "../wire/json-value.ts";

/** The most arguments of one call. */
const mostArguments = 256;

/** A name, and the mark that quotes a text behind it, if there is one. */
const named = /[\s,]{0,80}([\w.-]{1,128})[ \t]{0,8}:[ \t]{0,8}(<\|"\|>|<escape>)?/y;
/** A value without quotes: a number or a word. */
const plain = /[^\s,{}<>[\]]{1,64}/y;
const ended = /[\s,]{0,80}\}/y;

/**
 * The arguments of a call with Gemma's marks around its texts, and where its bracket closes; undefined when there are
 * none: `{city:<|"|>Oslo<|"|>,days:3}` (Gemma 4), `{city:<escape>Oslo<escape>}` (FunctionGemma).
 *
 * @param open where the opening bracket stands
 */
export function markedArguments(
  text: string,
  open: number,
): { readonly value: JsonObject; readonly end: number } | undefined {
  const values = new Map<string, unknown>();
  let at = open + 1;
  while (values.size < mostArguments) {
    const head = from(named, text, at);
    if (head === null) break;
    const [all, name = "", quote] = head;
    const begin = at + all.length;
    if (quote === undefined) {
      const word = from(plain, text, begin)?.[0];
      if (word === undefined) return undefined;
      values.set(name, parseJson(word) ?? word);
      at = begin + word.length;
    } else {
      const close = text.indexOf(quote, begin);
      if (close < 0) return undefined;
      values.set(name, text.slice(begin, close));
      at = close + quote.length;
    }
  }
  const end = from(ended, text, at);
  return end === null || values.size === 0
    ? undefined
    : { value: Object.fromEntries(values), end: at + end[0].length - 1 };
}

function from(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
