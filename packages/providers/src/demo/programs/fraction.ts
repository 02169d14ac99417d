/** A rational number; the denominator is above 0. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** Reads a whole number or a decimal, such as `3` or `0.25`. */
export function fractionOf(decimal: string): Fraction {
  const [whole = "0", decimals = ""] = decimal.split(".");
  return { over: BigInt(`${whole}${decimals}`), under: 10n ** BigInt(decimals.length) };
}

export function added(a: Fraction, b: Fraction): Fraction {
  return reduced(a.over * b.under + b.over * a.under, a.under * b.under);
}

export function negated({ over, under }: Fraction): Fraction {
  return { over: -over, under };
}

export function multiplied(a: Fraction, b: Fraction): Fraction {
  return reduced(a.over * b.over, a.under * b.under);
}

/** Undefined for a division by 0. */
export function divided(a: Fraction, b: Fraction): Fraction | undefined {
  return b.over === 0n ? undefined : reduced(a.over * b.under, a.under * b.over);
}

function reduced(over: bigint, under: bigint): Fraction {
  let [a, b] = [over < 0n ? -over : over, under < 0n ? -under : under];
  while (b !== 0n) [a, b] = [b, a % b];
  const by = under < 0n ? -a : a;
  return { over: over / by, under: under / by };
}

const places = 6;

/** In decimals: exact where six places are enough, else `about` the nearest. */
export function decimalOf({ over, under }: Fraction): string {
  const scale = 10n ** BigInt(places);
  const size = over < 0n ? -over : over;
  const exact = (size * scale) % under === 0n;
  const scaled = (size * scale + (exact ? 0n : under / 2n)) / under;
  const decimals = String(scaled % scale)
    .padStart(places, "0")
    .replace(/0{1,6}$/, "");
  const text = `${over < 0n ? "-" : ""}${scaled / scale}${decimals === "" ? "" : `.${decimals}`}`;
  return exact ? text : `about ${text}`;
}
