import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { errorWords } from "../../server/api-error.ts";
import { followRun, unheard, type Watched } from "../../server/run-feed.ts";
import { askedText, type RunAccount } from "../../server/run-item.ts";
import { useSession } from "../shell/session.ts";
import { useAnswer } from "../shell/use-answer.ts";
import { RunActions } from "../watch/run-actions.tsx";
import { prepareQuestion } from "../ask/own-conversation.ts";
import { goTo } from "../shell/address.ts";
import { RunSheet } from "./run-sheet.tsx";

/** One run by its address: under way or long over. */
export function RunPage({ id }: { id: string }): VNode {
  const { api, refused } = useSession();
  const [watched, setWatched] = useState<Watched>(unheard);
  useEffect(() => followRun(api, id, setWatched), [api, id]);
  const over = watched.state.stage === "over";
  // Asked again at the end: then it knows the ballots as they were shown.
  const account = useAnswer(`${id} ${over}`, () => api.run(id));
  const error = account.error ?? (watched.lost && errorWords(watched.lost));
  useEffect(() => {
    if (watched.lost?.status === 401) refused(watched.lost.message);
  }, [watched.lost, refused]);
  const asked = account.value?.question;
  useEffect(() => {
    document.title = asked === undefined ? "Run · MassGen" : `${asked.slice(0, 60)} · MassGen`;
  }, [asked]);
  if (account.value === undefined) {
    return error === undefined ? <p class="quiet loading">Looking for the run…</p> : <RunMissing words={error} />;
  }
  return (
    <RunSheet
      account={account.value}
      state={watched.state}
      heardAt={watched.heardAt}
      events={watched.events}
      trouble={watched.trouble}
      actions={over ? <AskAgain account={account.value} /> : <RunActions id={id} state={watched.state} />}
    />
  );
}

function AskAgain({ account }: { account: RunAccount }): VNode {
  const { base } = useSession();
  const again = (): void => {
    prepareQuestion(askedText(account));
    goTo(base);
  };
  return (
    <div class="actions">
      <button type="button" onClick={again}>
        Ask again
      </button>
    </div>
  );
}

function RunMissing({ words }: { words: string }): VNode {
  return (
    <section class="door">
      <h1>This run is not here</h1>
      <p class="trouble" role="alert">
        {words}
      </p>
    </section>
  );
}
