/**
 * A text as it looks at a glance: without invisible characters, with look-alikes replaced by the Latin letters, digits
 * and punctuation that they resemble. A run of blanks becomes one blank, or one or two line feeds if it contains line
 * ends. Used only to find things; the text itself is shown as it was.
 */
export interface FoldedText {
  readonly text: string;
  /** The position in the source of the character at an index of `text`; the source's length for the end of `text`. */
  readonly sourceIndex: (index: number) => number;
}

/** Folds a text. Time and memory grow with its length, so cut it first. */
export function fold(source: string): FoldedText {
  let text = "";
  const indexes: number[] = [];
  const push = (piece: string, index: number): void => {
    text += piece;
    for (let i = 0; i < piece.length; i++) indexes.push(index);
  };
  let blanksAt = -1;
  let lineEnds = 0;
  for (let i = 0; i < source.length;) {
    const code = source.codePointAt(i) as number;
    const piece = code < 0x80 ? asciiPieces[code] : foldedPiece(code);
    if (piece === " " || piece === "\n") {
      if (blanksAt < 0) blanksAt = i;
      if (piece === "\n" && !(code === 0x0a && source.charCodeAt(i - 1) === 0x0d)) lineEnds++;
    } else if (piece !== undefined && piece !== "") {
      if (blanksAt >= 0) push(lineEnds === 0 ? " " : lineEnds === 1 ? "\n" : "\n\n", blanksAt);
      blanksAt = -1;
      lineEnds = 0;
      push(piece, i);
    }
    i += code > 0xffff ? 2 : 1;
  }
  if (blanksAt >= 0) push(lineEnds === 0 ? " " : lineEnds === 1 ? "\n" : "\n\n", blanksAt);
  return { text, sourceIndex: (index) => indexes[index] ?? source.length };
}

/**
 * Letters and signs of other scripts that look like those on the left (most of them from Unicode's confusables.txt).
 */
const lookAlikes = new Map(
  Object.entries({
    a: "аɑαᴀΑАᎪꓮᗅ⍺𖽀ǟⲁⲀ𐊠",
    c: "сϲᴄⲥꮯСϹᏟꓚⲤↄƈȼ¢𐐽🝌𑣲𑣩𐊢𐌂𐐕𐔜",
    d: "ԁɗꓒᴅᎠ",
    e: "еεҽ℮ꬲᴇΕЕᎬꓰ⋿ⴹєɛҿⲈⲉɇ𑢦𑢮𐊆",
    g: "ɡցɢᶃƍԌԍᏀᏳꓖɠǥ",
    i: "іıɩιͺɪΙІӀᎥꓲ",
    k: "кκᴋΚКᏦꓗⲕⲔ",
    l: "ӏߊⵏꓡᏞʟ",
    m: "мΜМᴍᎷꓟ",
    n: "ոռпηɴΝꓠⲚᥒᑎηņɲɳƞⲛ𐔓",
    o: "оοօσᴏΟОՕꓳⲟⲞøØ",
    r: "гⲅꭇꭈꮁᴦʀᎡᏒꓣᖇƦɍɼ𝈖𐒴𖼵",
    s: "ѕƽꜱꮪЅՏᏚᏕꓢʂ𑣁𐑈𖼺𐊖𐐠",
    t: "тτᴛΤТᎢꓔ⊤⟙ⲧⲦŧƭʈⱦ🝨𖼊𑢼𐊗𐊱𐌕",
    u: "υʋսᴜꞟꭎꭒՍሀᑌꓴ∪⋃µμʉ𐓶𑣘𐓎𖽂𑢸",
    w: "ѡԝաɯᴡꮃԜᎳᏔꓪшωѿɰ𑜊𑜎𑜏𑣯𑣦",
    x: "хχΧХⲭ×",
    2: "ꝚƧϨꙄᒿꛯ",
    3: "𝈆ꞫȜƷꝪⳌЗӠ𖼻𑣊",
    4: "Ꮞ𑢯",
    5: "Ƽ𑢻",
    6: "ⳒбᏮ𑣕",
    7: "𝈒𐓒𑣆",
    8: "ȣȢ𐌚",
    9: "ꝮⳊ𑣌𑢬𑣖",
    "<": "‹〈⟨˂ᐸ❮❰⧼〈《⟪≺⋖‹𝈶ᚲ",
    ">": "›〉⟩˃ᐳ❯❱⧽〉》⟫≻⋗𝈷𖼿",
    "/": "⁄∕╱⟋⧸〳丿ノ᜵ⳇ∖⧵⧹╲⟍⁁𝈺㇓Ⳇ",
    "|": "ǀ∣│┃❘❙❚⏐￨¦",
    "[": "❲⟦〔【⁅",
    "]": "❳⟧〕】⁆",
    "-": "‐‑‒–—―−⁃",
    "#": "♯",
    "=": "᐀⹀゠꓿＝",
    ":": "ː˸։፡܃∶꞉",
    _: "ߺ",
    " ": "\u2800\u3164\uffa0\u115f\u1160",
  }).flatMap(([plain, alike]) => Array.from(alike, (char): [string, string] => [char, plain])),
);

/** Some characters expand to a whole sentence. None of them looks like a mark. */
const maxPieceChars = 4;

const invisible = /^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]$/u;
const decimal = /^\p{Nd}$/u;
const lineEnd = /^[\n\r\v\f\u0085\u2028\u2029]$/;

/** Squared and circled letters without a decomposition, and the letters of flags: each range begins with A. */
const letterRanges = [0x1f150, 0x1f170, 0x1f1e6];

const asciiPieces = Array.from({ length: 0x80 }, (_, code) => pieceOf(String.fromCharCode(code)));

/** Folded forms of non-ASCII characters seen so far; emptied when it outgrows what one text usually needs. */
const pieces = new Map<number, string>();
const maxPieces = 10_000;

function foldedPiece(code: number): string {
  const known = pieces.get(code);
  if (known !== undefined) return known;
  const piece = pieceOf(String.fromCodePoint(code));
  if (pieces.size >= maxPieces) pieces.clear();
  pieces.set(code, piece);
  return piece;
}

function pieceOf(char: string): string {
  if (lineEnd.test(char)) return "\n";
  if (/^\s$/.test(char)) return " ";
  const alike = lookAlikes.get(char);
  if (alike !== undefined) return alike;
  if (invisible.test(char)) return "";
  // One character at a time: normalising a run of combining marks takes quadratic time.
  const plain = Array.from(char.normalize("NFKD"))
    .filter((part) => !invisible.test(part))
    .slice(0, maxPieceChars);
  return plain.map((part) => lookAlikes.get(part) ?? digitOf(part) ?? letterOf(part) ?? part).join("");
}

function letterOf(char: string): string | undefined {
  const code = char.codePointAt(0) as number;
  const start = letterRanges.find((first) => code >= first && code < first + 26);
  return start === undefined ? undefined : String.fromCharCode(0x61 + code - start);
}

/** Digits of all scripts stand in runs of ten, in order. */
function digitOf(char: string): string | undefined {
  if (!decimal.test(char)) return undefined;
  const code = char.codePointAt(0) as number;
  let value = 0;
  while (value < 9 && decimal.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}
