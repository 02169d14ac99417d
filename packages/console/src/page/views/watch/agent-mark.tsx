import type { VNode } from "preact";

/** How many colours there are: agents beyond them share. */
export const colours = 7;

/** An agent's disc with its letter, in its colour. For the eye: its name stands beside it. */
export function AgentMark({ mark, place, small = false }: { mark: string; place: number; small?: boolean }): VNode {
  return (
    <span class={small ? "mark mark-small" : "mark"} data-colour={place % colours} aria-hidden="true">
      {mark}
    </span>
  );
}
