import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { askedImages, askedText, type RunAccount } from "../../server/run-item.ts";
import { timeOf } from "../../figures/time-of.ts";

/** A question of more characters is set smaller, and cut. */
const longFrom = 160;
const cutFrom = 600;

/** What was asked, of whom and when. */
export function QuestionHead({ account }: { account: RunAccount }): VNode {
  const [open, setOpen] = useState(false);
  const text = askedText(account).trim();
  const before = (account.request?.messages?.filter(({ role }) => role === "user").length ?? 1) - 1;
  const isCut = text.length > cutFrom && !open;
  return (
    <header class="question">
      <p class="eyebrow">
        <span>{account.team}</span>
        <time dateTime={new Date(account.created_at * 1000).toISOString()}>{timeOf(account.created_at * 1000)}</time>
        {before > 0 && <span>{before === 1 ? "after one question" : `after ${before} questions`}</span>}
      </p>
      <h1 dir="auto" data-long={text.length > longFrom ? "" : undefined}>
        {text === "" ? "(no text)" : isCut ? `${text.slice(0, cutFrom).trimEnd()}…` : text}
      </h1>
      {text.length > cutFrom && (
        <button type="button" class="plain" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show less" : "Show the whole question"}
        </button>
      )}
      <Pictures urls={askedImages(account)} />
    </header>
  );
}

/** Pictures that came with the question. Those elsewhere are named, not fetched. */
function Pictures({ urls }: { urls: readonly string[] }): VNode | null {
  if (urls.length === 0) return null;
  return (
    <ul class="pictures">
      {urls.map((url, at) => (
        <li key={url}>
          {/^data:image\/(png|jpeg|gif|webp);/.test(url) ? (
            <img src={url} alt={`Picture ${at + 1}`} />
          ) : (
            <code>{url.slice(0, 200)}</code>
          )}
        </li>
      ))}
    </ul>
  );
}
