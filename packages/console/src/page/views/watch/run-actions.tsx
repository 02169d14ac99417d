import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { RunState } from "../../run/run-state.ts";
import { errorWords } from "../../server/api-error.ts";
import { useSession } from "../shell/session.ts";

const effects: ReadonlyMap<string, string> = new Map([
  ["decided", "What is there decides."],
  ["waiting", "The first draft will be the answer."],
  ["none", "Nothing can be cut short now."],
]);

/** What can be done to a run under way. */
export function RunActions({ id, state }: { id: string; state: RunState }): VNode | null {
  const { api } = useSession();
  const [said, setSaid] = useState<string>();
  if (state.stage === "over") return null;
  const act = (done: Promise<string>): void => {
    done.then(setSaid, (error: unknown) => setSaid(errorWords(error)));
  };
  const canHurry = state.seats.length > 1 && (state.stage === "drafting" || state.stage === "voting");
  return (
    <div class="actions">
      {canHurry && (
        <button type="button" onClick={() => act(api.answerNow(id).then((effect) => effects.get(effect) ?? effect))}>
          Answer now
        </button>
      )}
      <button type="button" onClick={() => act(api.cancel(id).then(() => "Stopping."))}>
        Stop
      </button>
      <p class="quiet" role="status">
        {said}
      </p>
    </div>
  );
}
