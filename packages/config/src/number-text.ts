/** Texts that YAML reads as finite numbers. */
const numberPattern = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$|^0x[\da-f]+$|^0o[0-7]+$/i;

/** The number that a variable's or flag's text stands for, as YAML would read it; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  const trimmed = text.trim();
  return numberPattern.test(trimmed) ? Number(trimmed) : undefined;
}
