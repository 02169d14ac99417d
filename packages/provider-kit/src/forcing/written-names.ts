/** A name that may be a tool's, and where it ends, with the notation before it, in the text. */
export interface WrittenName {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Where notations put the names of calls: `<function=vote`, `to=functions.vote`, `<invoke name="vote"`, `vote(`, and
 * behind a mark, as in `<|tool_call_begin|>functions.vote:0` and `[TOOL_CALLS]vote`. Of two that begin at one place,
 * the first in this list counts.
 */
const notations: readonly RegExp[] = [
  /<function=["']?([\w.-]{1,128})/g,
  /\bto=([\w.:-]{1,128})/g,
  /<(?:[|｜]DSML[|｜])?(?:invoke|function|tool_call)[ \t]{1,8}name[ \t]{0,8}=[ \t]{0,8}["']?([\w.:-]{1,128})/g,
  /(?<![\w.-])([\w.-]{1,128})(?=\s{0,80}\()/g,
  /(?<=[>\]]\s{0,8}(?:function\s{0,8})?)(?<![\w.:-])([\w.:-]{1,128})/g,
];

/** Finds the names in a text: the first that begins at a place or behind it. The positions asked for never decrease. */
export function writtenNames(text: string): (from: number) => WrittenName | undefined {
  /** What each notation finds next; null when there is no more. */
  const ahead = notations.map((): RegExpExecArray | null | undefined => undefined);

  return (from) => {
    let first: RegExpExecArray | undefined;
    for (const [at, notation] of notations.entries()) {
      let match = ahead[at];
      if (match === undefined || (match !== null && match.index < from)) {
        notation.lastIndex = from;
        match = notation.exec(text);
        ahead[at] = match;
      }
      if (match !== null && (first === undefined || match.index < first.index)) first = match;
    }
    if (first === undefined) return undefined;
    return { name: first[1] ?? "", start: first.index, end: first.index + first[0].length };
  };
}
