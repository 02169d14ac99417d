/** A text after decoding its escapes, with the position of each character in the original text. */
export interface DecodedText {
  readonly text: string;
  /** Where each character begins and ends in the original; absent where the positions are the same. */
  readonly places?: { readonly starts: Int32Array; readonly ends: Int32Array };
}

// Each begins with a character of its own, and has a bound.
const percent = /%u([\da-f]{4})/iy;
const reference = /&(?:#x([\da-f]{1,8})|#(\d{1,8})|([a-z]{2,10}));?/iy;
const backslash = /\\(?:u([\da-f]{4})|u\{([\da-f]{1,6})\}|x([\da-f]{2})|([0-7]{3})|[rn])/iy;
// oxlint-disable-next-line no-control-regex -- a terminal's colours
const colour = /\u001b\[[\d;]{0,12}m/y;
const unseen = /\p{Default_Ignorable_Code_Point}/uy;

/** What begins an escape. */
// oxlint-disable-next-line no-control-regex -- all of ASCII is meant
const beginning = /[%&\\\u001b\r\n]|[^\0-\x7f]/;

/** The characters of keys that HTML has names for. */
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

/**
 * Resolves the escapes of a text, once: percent-encoding, references of HTML and XML, escapes of JSON and of shells,
 * full-width forms; invisible characters within a word are removed (line ends, zero-width characters, terminal
 * colours). Undefined when there are none.
 */
export function decodedText(text: string): DecodedText | undefined {
  if (!beginning.test(text)) return undefined;
  // No escape is shorter than what it means.
  const codes = new Uint16Array(text.length);
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let length = 0;
  let found = false;
  const put = (code: number, start: number, end: number): void => {
    codes[length] = code;
    starts[length] = start;
    ends[length] = end;
    length += 1;
  };
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    // Handled apart, because this escape may occur most densely.
    if (code === 92 && isMark(text.charCodeAt(at + 1))) {
      found = true;
      put(text.charCodeAt(at + 1), at, at + 2);
      at += 2;
      continue;
    }
    const escape = code < 128 && !special.has(code) ? undefined : escapeAt(text, at, code);
    const end = at + (escape?.length ?? 1);
    if (escape === undefined) put(code, at, end);
    else {
      found = true;
      for (let i = 0; i < escape.meant.length; i += 1) put(escape.meant.charCodeAt(i), at, end);
    }
    at = end;
  }
  if (!found) return undefined;
  return { text: Buffer.from(codes.buffer, 0, length * 2).toString("utf16le"), places: { starts, ends } };
}

const special = new Set("%&\\\u001B\r\n".split("").map((char) => char.charCodeAt(0)));

/** Whether a character means itself behind a backslash: printable ASCII, neither letter nor digit. */
function isMark(code: number): boolean {
  return (
    (code >= 33 && code < 48) || (code >= 58 && code < 65) || (code >= 91 && code < 97) || (code >= 123 && code < 127)
  );
}

interface Escape {
  readonly length: number;
  readonly meant: string;
}

/** The escape that begins here; undefined when there is none, or it has no meaning, as `&nothing;`. */
function escapeAt(text: string, at: number, code: number): Escape | undefined {
  switch (String.fromCharCode(code)) {
    case "%": {
      const byte = byteAt(text, at + 1);
      if (byte !== undefined) return { length: 3, meant: String.fromCharCode(byte) };
      return matched(percent, text, at, ([, wide]) => character(wide, 16));
    }
    case "&":
      return matched(reference, text, at, ([, hex, decimal, name = ""]) =>
        hex === undefined && decimal === undefined
          ? named.get(name.toLowerCase())
          : character(hex ?? decimal, hex === undefined ? 10 : 16),
      );
    case "\\":
      return matched(backslash, text, at, ([, unit, braced, byte, octal]) => {
        const hex = unit ?? braced ?? byte;
        if (hex === undefined && octal === undefined) return "";
        return character(hex ?? octal, hex === undefined ? 8 : 16);
      });
    case "\u001B":
      return matched(colour, text, at, () => "");
    case "\r":
    case "\n":
      return { length: 1, meant: "" };
    default:
      if (code >= 0xff01 && code <= 0xff5e) return { length: 1, meant: String.fromCharCode(code - 0xfee0) };
      return unseenAt(text, at, code);
  }
}

/** What two hexadecimal digits mean; undefined where there are others. */
function byteAt(text: string, at: number): number | undefined {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? undefined : high * 16 + low;
}

/** -1 for what is none. */
function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** By code, whether a character is seen: 0 where that was not asked yet. */
const seen = new Uint8Array(0x1_0000);
const isSeen = 1;
const isUnseen = 2;

function unseenAt(text: string, at: number, code: number): Escape | undefined {
  // Half a character says nothing of the whole one.
  if (code >= 0xd800 && code <= 0xdfff) return matched(unseen, text, at, () => "");
  seen[code] ||= matched(unseen, text, at, () => "") === undefined ? isSeen : isUnseen;
  return seen[code] === isUnseen ? { length: 1, meant: "" } : undefined;
}

function matched(
  pattern: RegExp,
  text: string,
  at: number,
  meaning: (match: RegExpExecArray) => string | undefined,
): Escape | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  const meant = match === null ? undefined : meaning(match);
  return match === null || meant === undefined ? undefined : { length: match[0].length, meant };
}

function character(digits: string | undefined, base: number): string | undefined {
  const point = Number.parseInt(digits ?? "", base);
  return point <= 0x10_ffff ? String.fromCodePoint(point) : undefined;
}
