import type { Task } from "./task.ts";

/** Words around a list that are no part of it. */
const around = new Set(
  "a alphabetical alphabetically and ascending biggest by can descending first following following: from greatest high highest in into is largest least list low lowest me most names number numbers order please put size smallest so sort sorted that the them these to up value values with words you".split(
    " ",
  ),
);

const [mostItems, longestItem] = [50, 40];

/** Such as `Sort 10, 9, 2` and `Put these words in order: pear, apple`. */
export function sortingTask(question: string): Task | undefined {
  const asked = /^\s{0,10}(?:please )?(?:sort|order|arrange|alphabeti[sz]e|put)\b/i.exec(question);
  if (asked === null) return undefined;
  const [before, after] = halves(question.slice(asked[0].length));
  if (/^\s*put$/i.test(asked[0]) && !/\border\b/i.test(question)) return undefined;
  const items = after
    .split(/[\s,;]+/)
    .map((item) => item.replace(/^["'“‘(]/, "").replace(/["'”’).?!]{1,3}$/, ""))
    .filter((item) => item !== "" && !around.has(item.toLowerCase()));
  const fit = items.every((item) => /^-?[\p{L}\p{N}][\p{L}\p{N}.'’-]{0,40}$/u.test(item) && item.length <= longestItem);
  if (items.length < 2 || items.length > mostItems || !fit) return undefined;
  const numbers = items.every((item) => /^-?\d{1,15}(?:\.\d{1,15})?$/.test(item));
  // Words alone may be any sentence.
  if (!numbers && before === "" && !after.includes(",")) return undefined;
  const down = /\b(?:descending|reverse|largest first|highest first|biggest first)\b/i.test(`${before} ${after}`);
  const order = (compare: (a: string, b: string) => number): string => {
    const sorted = items.toSorted(compare);
    return (down ? sorted.reverse() : sorted).join(", ");
  };
  return {
    lead: "In order: ",
    right: order(numbers ? (a, b) => Number(a) - Number(b) : inAlphabet),
    // Looks at the first character only.
    sloppy: order((a, b) => inAlphabet(a.charAt(0), b.charAt(0))),
    checked: `Each of the ${items.length} was compared with the next one.`,
  };
}

function inAlphabet(a: string, b: string): number {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What stands before and after the colon; everything after where there is none. */
function halves(text: string): readonly [string, string] {
  const colon = text.indexOf(":");
  return colon < 0 ? ["", text] : [text.slice(0, colon), text.slice(colon + 1)];
}
