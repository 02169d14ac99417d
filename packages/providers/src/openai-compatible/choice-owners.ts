import type { FinishWord } from "@massgen/provider-kit/parts";

/** The kinds of content of an answer. */
type ContentKind = "text" | "reasoning" | "calls";

/**
 * Makes one answer of all choices. We ask for one choice, but some services number it differently, put text and calls
 * into different choices, or give several alternatives unasked.
 */
export interface ChoiceOwners {
  /** Whether content of a choice belongs to the answer: of each kind, that of the first choice that brings some. */
  readonly owns: (kind: ContentKind, choice: number) => boolean;
  /**
   * Takes a choice's reason to finish; a later one replaces it. False when the choice does not belong to the answer.
   */
  readonly finish: (choice: number, word: FinishWord) => boolean;
  /** The answer's reason: of several, the one that says that the answer is cut. Undefined where there is none. */
  readonly word: () => FinishWord | undefined;
}

/** The most choices whose reasons are kept. */
const mostChoices = 128;

export function createChoiceOwners(): ChoiceOwners {
  const owners = new Map<ContentKind, number>();
  const words = new Map<number, FinishWord>();

  function isOurs(choice: number): boolean {
    if (owners.size === 0) return true;
    for (const owner of owners.values()) if (owner === choice) return true;
    return false;
  }

  return {
    owns(kind, choice) {
      const owner = owners.get(kind);
      if (owner === undefined) owners.set(kind, choice);
      return owner === undefined || owner === choice;
    },
    finish(choice, word) {
      if (words.size < mostChoices || words.has(choice)) words.set(choice, word);
      return isOurs(choice);
    },
    word() {
      let last: FinishWord | undefined;
      let cut: FinishWord | undefined;
      for (const [choice, word] of words) {
        if (!isOurs(choice)) continue;
        if (word === "content-filter") return word;
        if (word === "length") cut = word;
        last = word;
      }
      return cut ?? last;
    },
  };
}
