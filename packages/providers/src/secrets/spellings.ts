/**
 * What to look for to find a secret, lower-cased, in a text that is lower-cased and whose escapes are resolved: itself,
 * its bytes where they are written one by one, as numbers or in hex, and what base64 makes of it.
 */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  const spellings = [secret, bytes.toString("latin1"), secret.replaceAll(" ", "+")];
  for (const between of ["", " ", ":", "-", ",", ", "]) spellings.push(hex.join(between));
  // As a list of numbers, which is what JSON makes of a Buffer.
  for (const between of [",", ", ", " "]) spellings.push(bytes.join(between));
  // In base64 a text has three forms: it depends on what stands before it.
  for (const before of [0, 1, 2]) {
    const standard = base64At(bytes, before);
    spellings.push(standard, standard.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return spellings.map(folded);
}

/**
 * From how many characters on a secret counts as shown when nearly all of it is, and how many may be missing at one
 * end.
 */
const leastOfLong = 20;
const mostMissing = 4;

/**
 * A long key without a few characters at its beginning or its end, as a careless quotation leaves it: still as good as
 * the key.
 */
export function nearlyWhole(secret: string): string[] {
  if (secret.length < leastOfLong || !/^\S+$/.test(secret)) return [];
  const missing = Array.from({ length: mostMissing }, (_, count) => count + 1);
  return missing.flatMap((count) => [secret.slice(count), secret.slice(0, -count)]).map(folded);
}

/** The characters of base64 that depend on these bytes alone, when so many others stand before them. */
function base64At(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** A text without differences of case: one character stays one. */
export function folded(text: string): string {
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from({ length: text.length }, (_, at) => String.fromCharCode(foldedCode(text.charCodeAt(at)))).join("");
}

/** The same for one character (a UTF-16 code unit). */
export function foldedCode(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  return (foldedCodes[code] ||= lowerCode(code));
}

/** What was folded before, by code; 0 where nothing was. To ask the language each time takes ten times as long. */
const foldedCodes = new Uint16Array(0x1_0000);

function lowerCode(code: number): number {
  const lower = String.fromCharCode(code).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : code;
}
