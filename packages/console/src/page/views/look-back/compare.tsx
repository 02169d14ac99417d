import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import { count, wordsIn } from "../../figures/count.ts";
import type { RunState } from "../../run/run-state.ts";
import { type Stretch, wordDiff } from "../../run/word-diff.ts";

/** A text that can be compared. */
interface Text {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** Two texts side by side, with what only one of them has. */
export function Compare({ state }: { state: RunState }): VNode {
  const texts = textsOf(state);
  const [left, setLeft] = useState<string>();
  const [right, setRight] = useState<string>();
  const one = texts.find(({ id }) => id === left) ?? texts[0];
  const other = texts.find(({ id }) => id === right) ?? texts.find(({ id }) => id !== one?.id);
  const [ones, others] = useMemo(() => wordDiff(one?.text ?? "", other?.text ?? ""), [one?.text, other?.text]);
  if (one === undefined || other === undefined) {
    return <p class="quiet">There have to be two finished texts to compare.</p>;
  }
  return (
    <section class="compare" data-view="compare" aria-label="Drafts side by side">
      <Side label="Left" texts={texts} chosen={one} choose={setLeft} stretches={ones} />
      <Side label="Right" texts={texts} chosen={other} choose={setRight} stretches={others} />
    </section>
  );
}

interface SideProps {
  readonly label: string;
  readonly texts: readonly Text[];
  readonly chosen: Text;
  readonly choose: (id: string) => void;
  readonly stretches: readonly Stretch[];
}

function Side({ label, texts, chosen, choose, stretches }: SideProps): VNode {
  return (
    <div class="compare-side">
      <label>
        <span class="unseen">{label}</span>
        <select value={chosen.id} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {texts.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <span class="quiet"> {count(wordsIn(chosen.text), "word")}</span>
      </label>
      <p class="words" dir="auto">
        {stretches.map(({ text, common }, at) => (common ? text : <mark key={`${at}`}>{text}</mark>))}
      </p>
    </div>
  );
}

function textsOf({ seats, answer, result }: RunState): readonly Text[] {
  const drafts = seats.flatMap(({ id, candidates }) =>
    candidates.map((candidate) => ({
      id: candidate.id,
      name: candidate.version === 1 ? id : `${id}, answer ${candidate.version}`,
      text: candidate.text,
    })),
  );
  return result?.status === "answered" ? [...drafts, { id: "", name: "The final answer", text: answer.text }] : drafts;
}
