import type { RunEvent } from "@massgen/core";
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { fold } from "../../run/fold.ts";
import { emptyRun } from "../../run/run-state.ts";
import type { RunAccount } from "../../server/run-item.ts";
import { Wordmark } from "../shell/wordmark.tsx";
import { RunSheet } from "./run-sheet.tsx";

/** A run in a file of its own: the same view, without a server. */
export function ExportedRun({ run, events }: { run: RunAccount; events: readonly RunEvent[] }): VNode {
  const state = useMemo(() => events.reduce(fold, emptyRun), [events]);
  return (
    <>
      <header class="top">
        <p class="wordmark">
          <Wordmark />
        </p>
      </header>
      <main>
        <RunSheet account={run} state={state} events={events} heardAt={0} />
      </main>
    </>
  );
}
