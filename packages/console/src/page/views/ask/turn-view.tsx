import type { VNode } from "preact";
import { statusWords } from "../../run/status-words.ts";
import { RunSheet } from "../look-back/run-sheet.tsx";
import type { RunAccount } from "../../server/run-item.ts";
import { errorWords } from "../../server/api-error.ts";
import { Link } from "../shell/link.tsx";
import { RunActions } from "../watch/run-actions.tsx";
import { isOpen, type Turn } from "./conversation.ts";

/** A turn of the conversation that is looked at: the whole run. */
export function OpenTurn({ turn }: { turn: Turn }): VNode {
  const { runId, watched, error } = turn;
  const lost = error ?? (watched.lost && errorWords(watched.lost));
  return (
    <>
      <RunSheet
        account={accountOf(turn)}
        state={watched.state}
        heardAt={watched.heardAt}
        events={watched.events}
        trouble={watched.trouble}
        actions={runId !== undefined && isOpen(turn) ? <RunActions id={runId} state={watched.state} /> : null}
      />
      {lost !== undefined && (
        <p class="trouble" role="alert">
          {lost}
        </p>
      )}
    </>
  );
}

/** A turn before: question and answer, and the way to its run. */
export function PastTurn({ turn }: { turn: Turn }): VNode {
  const { question, watched, runId, error } = turn;
  const { result } = watched.state;
  const text = result?.status === "answered" ? result.text : (error ?? statusWords(watched.state));
  return (
    <article class="past-turn">
      <h2 dir="auto">{question.text}</h2>
      <p class="words" dir="auto">
        {text}
      </p>
      <p class="quiet">
        {result?.status === "answered" && `${statusWords(watched.state)} `}
        {runId !== undefined && <Link to={`runs/${encodeURIComponent(runId)}`}>The whole run</Link>}
      </p>
    </article>
  );
}

/** What a run's head shows of a question that was asked here. */
function accountOf({ question, model, askedAt, runId }: Turn): RunAccount {
  return {
    id: runId ?? "",
    status: "in_progress",
    created_at: askedAt / 1000,
    ended_at: null,
    team: model,
    question: question.text,
    outcome: null,
    degraded: null,
    winner: null,
    model: null,
    calls: null,
    tokens: null,
    cost_usd: null,
    request: {
      messages: [
        {
          role: "user",
          content: [{ type: "text", text: question.text }, ...question.images.map((url) => ({ type: "image", url }))],
        },
      ],
    },
  };
}
