import type { ModelEvent } from "@massgen/core/model";

/** The name of {@link EventIterator}'s method: a symbol, so that nobody else's iterator has it by chance. */
export const nextAtHand = Symbol("next at hand");

/** The events of one call, of which those that one network read brought can be taken without a promise for each. */
export interface EventIterator extends AsyncIterator<ModelEvent, unknown, undefined> {
  /**
   * What `next` would give, if that is there already; else undefined, and nothing has happened.
   * @throws what `next` would reject with
   */
  readonly [nextAtHand]?: () => IteratorResult<ModelEvent, void> | undefined;
}
