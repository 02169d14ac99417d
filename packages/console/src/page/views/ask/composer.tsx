import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { errorWords } from "../../server/api-error.ts";
import type { AskOptions, Question } from "../../server/ask-team.ts";
import { pictureOf, pictureTypes } from "./picture-file.ts";
import { schemaIn } from "./schema-text.ts";

interface Props {
  readonly models: readonly string[];
  /** What is in the box at first. */
  readonly begun?: string;
  /** Something is under way: wait with the next question. */
  readonly busy: boolean;
  readonly further: boolean;
  readonly ask: (question: Question, options: AskOptions) => void;
}

/** Where a question is written, with the team that gets it. */
export function Composer({ models, begun = "", busy, further, ask }: Props): VNode {
  const [text, setText] = useState(begun);
  const [model, setModel] = useState<string>();
  const [images, setImages] = useState<readonly string[]>([]);
  const [schema, setSchema] = useState("");
  const [problem, setProblem] = useState<string>();
  const files = useRef<HTMLInputElement>(null);
  const team = model ?? models[0] ?? "massgen";

  const submit = (event: Event): void => {
    event.preventDefault();
    if (busy || (text.trim() === "" && images.length === 0)) return;
    try {
      const parsed = schemaIn(schema);
      ask({ text, images }, { model: team, ...(parsed && { schema: parsed }) });
      setText("");
      setImages([]);
      setProblem(undefined);
    } catch (error) {
      setProblem(errorWords(error));
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  };
  const addPictures = (chosen: FileList | null): void => {
    Promise.all(Array.from(chosen ?? [], pictureOf)).then(
      (added) => {
        setImages((before) => [...before, ...added]);
        setProblem(undefined);
      },
      (error: unknown) => setProblem(errorWords(error)),
    );
  };

  return (
    <form class="composer" onSubmit={submit}>
      <label class="unseen" for="question">
        {further ? "Next question" : "Question"}
      </label>
      <textarea
        id="question"
        dir="auto"
        rows={further ? 2 : 4}
        placeholder={further ? "Ask further" : "What should the team answer?"}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={onKey}
      />
      {images.length > 0 && (
        <ul class="pictures">
          {images.map((url, at) => (
            <li key={url}>
              <img src={url} alt={`Picture ${at + 1}`} />
              <button type="button" class="plain" onClick={() => setImages(images.filter((other) => other !== url))}>
                Remove<span class="unseen"> picture {at + 1}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="composer-line">
        <label>
          Team
          <select value={team} onChange={({ currentTarget }) => setModel(currentTarget.value)}>
            {models.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="plain" onClick={() => files.current?.click()}>
          Add picture
        </button>
        <input
          ref={files}
          type="file"
          accept={pictureTypes}
          multiple
          hidden
          onChange={({ currentTarget }) => {
            addPictures(currentTarget.files);
            currentTarget.value = "";
          }}
        />
        <details class="schema">
          <summary>Answer as JSON</summary>
          <label>
            JSON schema of the answer
            <textarea
              rows={6}
              spellcheck={false}
              placeholder={'{"type": "object", "properties": {}}'}
              value={schema}
              onInput={({ currentTarget }) => setSchema(currentTarget.value)}
            />
          </label>
        </details>
        <button type="submit" class="main-action" disabled={busy}>
          Ask
        </button>
      </div>
      {problem !== undefined && (
        <p class="trouble" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
