const mark = "```";

/** The most characters of the line that opens a block, behind its mark: the name of a language. */
const longestLanguage = 64;

/**
 * What stands in the fenced blocks of a text, in order: a line of three backticks and at most one word opens a block,
 * the next three backticks close it. Its time grows with the length of the text.
 */
export function fencedBlocks(text: string): string[] {
  const blocks: string[] = [];
  let open = text.indexOf(mark);
  while (open >= 0) {
    const language = /^[\w-]*[^\S\n]*\n/.exec(text.slice(open + mark.length, open + mark.length + longestLanguage));
    if (language === null) {
      open = text.indexOf(mark, open + 1);
      continue;
    }
    const from = open + mark.length + language[0].length;
    const close = text.indexOf(mark, from);
    if (close < 0) break;
    blocks.push(text.slice(from, close));
    open = text.indexOf(mark, close + mark.length);
  }
  return blocks;
}
