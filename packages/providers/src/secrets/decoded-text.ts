/** A text as it reads once its escapes are resolved, with the place of each character in the text it was made of. */
export interface DecodedText {
  readonly text: string;
  /** Where each character begins and where it ends; absent when these are its own places. */
  readonly places?: { readonly starts: Int32Array; readonly ends: Int32Array };
}

/**
 * Percent-encoding, references of HTML and XML, escapes of JSON and of shells, what is skipped within a word (line ends, characters
 * without width), full-width forms. Each alternative begins with a character of its own and is at most twelve long.
 */
const escapes =
  /%([\da-f]{2})|&(?:#x([\da-f]{1,8})|#(\d{1,8})|([a-z]{2,10}));?|\\(?:u([\da-f]{4})|u\{([\da-f]{1,6})\}|x([\da-f]{2})|([rn])|([^a-z\d]))|[\r\n\u00ad\u200b-\u200f\u2060-\u2064\ufeff]|[\uff01-\uff5e]/gi;

/** The characters that keys are made of and HTML has names for. */
const named: ReadonlyMap<string, string> = new Map([
  ...Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    plus: "+",
    sol: "/",
    equals: "=",
    percnt: "%",
  }),
  ...Object.entries({ dollar: "$", ast: "*", midast: "*", lpar: "(", rpar: ")", period: ".", comma: ",", colon: ":" }),
  ...Object.entries({ semi: ";", excl: "!", quest: "?", num: "#", commat: "@", lsqb: "[", lbrack: "[", rsqb: "]" }),
  ...Object.entries({
    rbrack: "]",
    bsol: "\\",
    hat: "^",
    lowbar: "_",
    underbar: "_",
    grave: "`",
    lcub: "{",
    lbrace: "{",
  }),
  ...Object.entries({ rcub: "}", rbrace: "}", verbar: "|", vert: "|", nbsp: " ", tab: "\t", newline: "" }),
]);

/** Resolves the escapes of a text, once. Undefined when there are none. */
export function decodedText(text: string): DecodedText | undefined {
  escapes.lastIndex = 0;
  let match = escapes.exec(text);
  if (match === null) return undefined;
  // No escape is shorter than what it means.
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let decoded = "";
  let length = 0;
  let at = 0;
  const copyTo = (end: number): void => {
    if (at < end) decoded += text.slice(at, end);
    for (; at < end; at += 1) {
      starts[length] = at;
      ends[length] = at + 1;
      length += 1;
    }
  };
  for (; match !== null; match = escapes.exec(text)) {
    const meant = meaningOf(match);
    // What has no meaning stays as it is: `&nothing;`.
    if (meant === undefined) continue;
    copyTo(match.index);
    at = match.index + match[0].length;
    decoded += meant;
    for (const end = length + meant.length; length < end; length += 1) {
      starts[length] = match.index;
      ends[length] = at;
    }
  }
  copyTo(text.length);
  return { text: decoded, places: { starts, ends } };
}

function meaningOf(match: RegExpExecArray): string | undefined {
  const [whole, percent, hexReference, reference, name, unit, braced, byte, lineEnd, itself] = match;
  const hex = percent ?? hexReference ?? unit ?? braced ?? byte;
  if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
  if (reference !== undefined) return characterOf(Number.parseInt(reference, 10));
  if (name !== undefined) return named.get(name.toLowerCase());
  if (lineEnd !== undefined) return "";
  if (itself !== undefined) return itself === "\r" || itself === "\n" ? "" : itself;
  const code = whole.charCodeAt(0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : "";
}

function characterOf(point: number): string | undefined {
  return point <= 0x10_ffff ? String.fromCodePoint(point) : undefined;
}
