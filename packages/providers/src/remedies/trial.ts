import type { Feature } from "./circumstance.ts";
import type { Learned, RemedyMemory } from "./remedy-memory.ts";

/** A remedy under trial. */
export interface Trial extends Learned {
  /** The refusal that it answers. */
  readonly signature: string;
  readonly guessed: boolean;
  /** The refusal did not ask for it, or might not have come again anyway. One success is no proof. */
  readonly doubtful: boolean;
  /** Its circumstance, in case requests without it were accepted before. */
  readonly like: readonly Feature[];
}

/** The call that trials were made in. */
interface TriedIn {
  readonly features: ReadonlySet<Feature>;
  /** The suspects from before the call. */
  readonly suspected: readonly string[];
  /** Whether the request was refused in the end, for another reason. */
  readonly unproven: boolean;
}

/**
 * Remembers remedies that helped. A doubtful one is a suspect at first. Where the request was refused in the end, what
 * was tried behind a suspect waits for it: without it the next call would come to the same problems by another way.
 */
export function rememberTrials(
  memory: RemedyMemory,
  trials: readonly Trial[],
  { features, suspected, unproven }: TriedIn,
): void {
  let waits = false;
  for (const one of trials) {
    if (!unproven) memory.noteMended(one.signature);
    if (one.doubtful && !suspected.includes(one.remedy.name)) {
      memory.suspect(one);
      waits = unproven;
    } else if (!waits) {
      memory.dismiss(one.remedy.name);
      const elsewhere = memory.wasTaken(one.place, one.circumstance);
      memory.keep({ ...one, unproven, ...(elsewhere && { circumstance: one.like }) }, features);
    }
  }
}
