import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, errorWords } from "../../server/api-error.ts";
import { createApi } from "../../server/api.ts";
import type { AskOptions, Question } from "../../server/ask-team.ts";
import { keepKey, keptKey } from "../../server/key-store.ts";
import { KeyForm } from "../shell/key-form.tsx";
import { useSession } from "../shell/session.ts";
import { Composer } from "./composer.tsx";
import { type Conversation, isOpen } from "./conversation.ts";
import { conversation, takeQuestion } from "./own-conversation.ts";
import { RecentRuns } from "./recent-runs.tsx";
import { OpenTurn, PastTurn } from "./turn-view.tsx";

/** A box that asks the team, and the run that comes of it. */
export function AskView(): VNode {
  const { api, mountApi } = useSession();
  const [askKey, setAskKey] = useState(() => keptKey("asks"));
  const asking = askKey === undefined ? api : createApi(mountApi, askKey);
  const [models, setModels] = useState<readonly string[]>();
  const [locked, setLocked] = useState<string>();
  const [trouble, setTrouble] = useState<string>();
  const turns = useTurns();
  const open = turns.some(isOpen);
  useTitle(turns.at(-1)?.question.text);
  useWarning(open);

  const failed = (error: unknown): void => {
    if (error instanceof ApiError && error.status === 401) setLocked(error.message);
    else setTrouble(errorWords(error));
  };
  useEffect(() => {
    asking.models().then((names) => {
      setModels(names);
      setLocked(undefined);
      setTrouble(undefined);
    }, failed);
  }, [api, askKey]);
  const ask = (question: Question, options: AskOptions): void => {
    conversation.ask(asking, api, question, options).catch(failed);
  };

  const last = turns.at(-1);
  return (
    <section data-view="ask" class={last === undefined ? "ask ask-first" : "ask"}>
      {last === undefined && <h1>Ask the team</h1>}
      {turns.slice(0, -1).map((turn) => (
        <PastTurn key={turn.askedAt} turn={turn} />
      ))}
      {last !== undefined && <OpenTurn key={last.askedAt} turn={last} />}
      {locked !== undefined ? (
        <KeyForm
          label="A client's key, to ask with"
          action="Use"
          hint="The key that you entered shows runs. On this server it takes a client's key to ask."
          problem={askKey === undefined ? undefined : locked}
          enter={(key) => {
            keepKey("asks", key);
            setAskKey(key);
          }}
        />
      ) : (
        models !== undefined && (
          <Composer
            key={turns.length}
            models={models}
            busy={open}
            further={last !== undefined}
            begun={takeQuestion()}
            ask={ask}
          />
        )
      )}
      {trouble !== undefined && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {last !== undefined && !open && (
        <button type="button" class="plain" onClick={() => conversation.clear()}>
          New conversation
        </button>
      )}
      {last === undefined && <RecentRuns />}
    </section>
  );
}

function useTurns(): Conversation["turns"] {
  const [turns, setTurns] = useState(conversation.turns);
  useEffect(() => {
    setTurns(conversation.turns);
    return conversation.listen(() => setTurns(conversation.turns));
  }, []);
  return turns;
}

function useTitle(question: string | undefined): void {
  useEffect(() => {
    document.title = question === undefined ? "Ask · MassGen" : `${question.slice(0, 60)} · MassGen`;
  }, [question]);
}

/** Leaving the page ends the run that it asked for. */
function useWarning(open: boolean): void {
  useEffect(() => {
    if (!open) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [open]);
}
