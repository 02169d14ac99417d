/** A text as it reads once its escapes are resolved, with the place of each character in the text it was made of. */
export interface DecodedText {
  readonly text: string;
  /** Where each character begins and where it ends; absent when these are its own places. */
  readonly places?: { readonly starts: Int32Array; readonly ends: Int32Array };
}

/**
 * Percent-encoding, references of HTML and XML, escapes of JSON and of shells, what is not seen within a word (line ends, characters
 * without width, colours of terminals), full-width forms. Each alternative begins with a character of its own and has a bound.
 */
const escapes =
  /%(?:u([\da-f]{4})|([\da-f]{2}))|&(?:#x([\da-f]{1,8})|#(\d{1,8})|([a-z]{2,10}));?|\\(?:u([\da-f]{4})|u\{([\da-f]{1,6})\}|x([\da-f]{2})|([0-7]{3})|([rn])|([^a-z\d]))|\u001b\[[\d;]{0,12}m|[\r\n]|\p{Default_Ignorable_Code_Point}|[\uff01-\uff5e]/giu;

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
  const codes = new Uint16Array(text.length);
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let length = 0;
  let at = 0;
  const put = (code: number, start: number, end: number): void => {
    codes[length] = code;
    starts[length] = start;
    ends[length] = end;
    length += 1;
  };
  const copyTo = (end: number): void => {
    for (; at < end; at += 1) put(text.charCodeAt(at), at, at + 1);
  };
  for (; match !== null; match = escapes.exec(text)) {
    const meant = meaningOf(match);
    // What has no meaning stays as it is: `&nothing;`.
    if (meant === undefined) continue;
    copyTo(match.index);
    at = match.index + match[0].length;
    for (let i = 0; i < meant.length; i += 1) put(meant.charCodeAt(i), match.index, at);
  }
  copyTo(text.length);
  const decoded = Buffer.from(codes.buffer, 0, length * 2).toString("utf16le");
  return { text: decoded, places: { starts, ends } };
}

function meaningOf(match: RegExpExecArray): string | undefined {
  const [whole, wide, percent, hexReference, reference, name, unit, braced, byte, octal, lineEnd, itself] = match;
  const hex = wide ?? percent ?? hexReference ?? unit ?? braced ?? byte;
  if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
  if (reference !== undefined) return characterOf(Number.parseInt(reference, 10));
  if (octal !== undefined) return characterOf(Number.parseInt(octal, 8));
  if (name !== undefined) return named.get(name.toLowerCase());
  if (lineEnd !== undefined) return "";
  if (itself !== undefined) return itself === "\r" || itself === "\n" ? "" : itself;
  const code = whole.charCodeAt(0);
  return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : "";
}

function characterOf(point: number): string | undefined {
  return point <= 0x10_ffff ? String.fromCodePoint(point) : undefined;
}
