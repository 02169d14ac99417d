import type { VNode } from "preact";

/** The name, with a table seen from above. */
export function Wordmark(): VNode {
  return (
    <>
      <svg class="wordmark-table" viewBox="0 0 28 22" aria-hidden="true">
        <ellipse cx="14" cy="12" rx="7" ry="4.2" />
        <circle cx="14" cy="3.4" r="2.6" data-won="" />
        <circle cx="3.6" cy="15.5" r="2.6" />
        <circle cx="24.4" cy="15.5" r="2.6" />
      </svg>
      MassGen
    </>
  );
}
