import type { Task } from "./task.ts";

/** Words between `in` and the word that is meant. */
const fillers = new Set(["the", "word", "a", "an", "name", "term"]);

const mostWords = 30;

/** Such as `How many r's are in strawberry?` and `How many letters does banana have?`. */
export function letterTask(question: string): Task | undefined {
  const words = wordsIn(question);
  const many = words.findIndex((word, at) => word === "how" && /^(?:many|often)$/.test(words[at + 1] ?? ""));
  const rest = many >= 0 ? words.slice(many + 2) : words[0] === "count" ? words.slice(1) : undefined;
  if (rest === undefined || words.length > mostWords) return undefined;
  const word = wordMeant(rest);
  if (word === undefined) return undefined;
  if (/^letters$/.test(rest.find((one) => one !== "the" && one !== "all") ?? "")) return counted(word);
  const letter = rest
    .map((one) => /^(\p{L})s?$/u.exec(one)?.[1])
    .find((one, at) => one !== undefined && isNamed(rest, at));
  return letter === undefined ? undefined : counted(word, letter);
}

function wordsIn(question: string): readonly string[] {
  const text = question.toLowerCase().replaceAll(/(?<=\p{L})['’]s\b/gu, "");
  return text.match(/\p{L}{1,60}/gu) ?? [];
}

/** The word after `in`, or the one that `has` or `have` stands behind. */
function wordMeant(words: readonly string[]): string | undefined {
  const inside = words.lastIndexOf("in");
  if (inside >= 0) return words.slice(inside + 1).find((word) => !fillers.has(word));
  const has = words.findIndex((word) => word === "has" || word === "have");
  return has > 0 ? words[has - 1] : undefined;
}

/** Whether a word of one letter is the letter that is meant: `a` and `i` are words as well. */
function isNamed(words: readonly string[], at: number): boolean {
  const word = words[at] ?? "";
  return (
    at === 0 || words[at - 1] === "letter" || words[at - 1] === "letters" || (word.length === 1 && !/[ai]/.test(word))
  );
}

function counted(word: string, letter?: string): Task {
  const letters = Array.from(word);
  const places = letters.flatMap((one, at) => (letter === undefined || one === letter ? [at + 1] : []));
  const doubled = places.filter((place) => letters[place - 1] === letters[place - 2]).length;
  const what = letter === undefined ? "The letters" : `The letter ${letter}`;
  return {
    lead: `${what} in ${word}: `,
    right: String(places.length),
    // Takes a doubled letter for one.
    sloppy: String(places.length - doubled),
    checked:
      letter === undefined || places.length === 0
        ? "Counted from the end as well, it is the same."
        : `Here: ${places.join(", ")}.`,
  };
}
