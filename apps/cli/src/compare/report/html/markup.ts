/** Text that is HTML, as opposed to text that is to be shown. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

type Shown = string | number | Markup | readonly Markup[];

const escapes: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

/** What is no HTML yet is escaped, in a text and in an attribute's quotes alike. */
export function markup(parts: TemplateStringsArray, ...shown: readonly Shown[]): Markup {
  const texts = parts.flatMap((part, at) => {
    const value = shown[at];
    return value === undefined ? [part] : [part, htmlOf(value)];
  });
  return new Markup(texts.join(""));
}

function htmlOf(value: Shown): string {
  if (value instanceof Markup) return value.html;
  if (typeof value === "object") return value.map(({ html }) => html).join("");
  // A control character is no HTML at all, and one that turns the direction of text around misleads.
  const plain = String(value).replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");
  return plain.replaceAll(/[&<>"']/g, (character) => escapes.get(character) ?? "");
}
