/**
 * What an answer says, as the experiment knows it and no voter does: `right`, the mistake that agents share (`wrong 0`),
 * or one that agents make on their own.
 */
export type Meaning = "right" | `wrong ${number}`;

/** An answer on the ballot. */
export interface Answer {
  /** As the run knows it. */
  readonly id: string;
  readonly author: string;
  readonly meaning: Meaning;
  /** In standard deviations from the mean. */
  readonly length: number;
}

/** How many mistakes of its own an agent may make, each as likely. */
export const ownMistakes = 8;
