import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { decisionWords } from "../../run/decision-words.ts";
import { failureWords } from "../../run/failure-words.ts";
import type { RunState } from "../../run/run-state.ts";
import { GrowingText } from "./growing-text.tsx";

/** The final answer as it is written, or why there is none. */
export function AnswerSheet({ state }: { state: RunState }): VNode | null {
  const { answer, result, stage } = state;
  if (result?.status === "failed") return <NoAnswer title="No answer" words={failureWords(result.failure)} />;
  if (result?.status === "cancelled" && answer.text === "") {
    return <NoAnswer title="Stopped" words="The run was ended before there was an answer." />;
  }
  const begun = answer.text !== "" || answer.toolCalls.length > 0;
  if (!begun && stage !== "answering") return null;
  return (
    <section
      class="answer"
      aria-label="Answer"
      aria-busy={stage !== "over"}
      data-live={stage === "over" ? undefined : ""}
    >
      <header class="answer-head">
        <h2>Answer</h2>
        <p>{byline(state)}</p>
        {stage === "over" && answer.text !== "" && <CopyButton text={answer.text} />}
      </header>
      {begun ? <GrowingText text={answer.text} class="words answer-words" /> : <p class="quiet">About to begin.</p>}
      {answer.toolCalls.length > 0 && (
        <ul class="tool-calls">
          {answer.toolCalls.map(({ id, name, arguments: given }) => (
            <li key={id}>
              <code>
                {name}({given})
              </code>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function byline(state: RunState): string {
  const { answer, decision, result } = state;
  const author = answer.author ?? decision?.agentId;
  if (author === undefined) return "";
  const anew = decision?.finalAnswer === "synthesize" && state.seats.length > 1;
  const cut = result?.status === "answered" && result.finishReason === "length" ? " Cut at its token limit." : "";
  const drafts = decision?.candidates === 1 ? "from the only draft" : "from all drafts";
  const who = anew ? `Written by ${author} ${drafts}.` : `${author}'s draft, as it was.`;
  return `${state.stage === "over" ? who : (decisionWords(state) ?? who)}${cut}`;
}

function NoAnswer({ title, words }: { title: string; words: string }): VNode {
  return (
    <section class="answer answer-none" aria-label="Answer">
      <header class="answer-head">
        <h2>{title}</h2>
      </header>
      <p class="words" dir="auto">
        {words}
      </p>
    </section>
  );
}

function CopyButton({ text }: { text: string }): VNode {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <button type="button" class="plain" onClick={copy}>
      {copied ? "Copied" : "Copy"}
    </button>
  );
}
