import type { VNode } from "preact";
import { useState } from "preact/hooks";

interface Props {
  /** What the server said of the last key. */
  readonly problem?: string | undefined;
  readonly label: string;
  readonly hint: string;
  readonly action: string;
  readonly enter: (key: string) => void;
}

/** Where a key is entered. It is kept in this tab until that is closed, and sent as a header only. */
export function KeyForm({ problem, label, hint, action, enter }: Props): VNode {
  const [key, setKey] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== "") enter(key.trim());
  };
  return (
    <form class="key-form" onSubmit={submit}>
      <label for="key">{label}</label>
      <div class="key-line">
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          aria-describedby="key-hint"
          aria-invalid={problem !== undefined}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <button type="submit">{action}</button>
      </div>
      {problem !== undefined && (
        <p class="trouble" role="alert">
          {problem}
        </p>
      )}
      <p class="quiet" id="key-hint">
        {hint}
      </p>
    </form>
  );
}
