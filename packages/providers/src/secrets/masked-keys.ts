import { folded } from "./spellings.ts";
import { addSpan, type Span } from "./span.ts";

/** How many visible characters of a key identify it in a masked text. */
const leastLeft = 4;

/** The most characters on either side of a mask that are looked at. */
const mostLeft = 64;

/** The most masks of one text that are looked at. */
const mostMasks = 1000;

/**
 * Keys of which only the middle is masked, as providers quote a wrong one: `k3y+****ex*x`. Found by what is left on
 * either side of at least three stars, dots or bullets.
 */
export function maskedSpans(text: string, secrets: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  let ends: { readonly heads: ReadonlySet<string>; readonly tails: ReadonlySet<string> } | undefined;
  let masks = 0;
  for (const { index, 0: mask } of text.matchAll(/\*{3,}|\.{3,}|[\u2022\u25cf\u00b7]{3,}|\u2026+/g)) {
    masks += 1;
    if (masks > mostMasks) break;
    ends ??= {
      heads: new Set(secrets.map((secret) => folded(secret.slice(0, leastLeft)))),
      tails: new Set(secrets.map((secret) => folded(secret.slice(-leastLeft)))),
    };
    const after = index + mask.length;
    const before = /[^\s"'<>]*$/.exec(folded(text.slice(Math.max(0, index - mostLeft), index)))?.[0] ?? "";
    const behind = /^[^\s"'<>]*/.exec(folded(text.slice(after, after + mostLeft)))?.[0] ?? "";
    const head = headOf(before, ends.heads);
    const tail = tailOf(behind, ends.tails);
    if (head === undefined || tail === undefined) continue;
    addSpan(spans, { start: index - before.length + head, end: after + tail });
  }
  return spans;
}

/** Where a secret begins in the text before a mask. */
function headOf(before: string, heads: ReadonlySet<string>): number | undefined {
  for (let at = 0; at + leastLeft <= before.length; at += 1) {
    if (heads.has(before.slice(at, at + leastLeft))) return at;
  }
  return undefined;
}

/** Where a secret ends in the text behind a mask. */
function tailOf(behind: string, tails: ReadonlySet<string>): number | undefined {
  for (let end = behind.length; end >= leastLeft; end -= 1) {
    if (tails.has(behind.slice(end - leastLeft, end))) return end;
  }
  return undefined;
}
