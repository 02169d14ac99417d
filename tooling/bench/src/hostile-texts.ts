import { casesOf, costOf, longest, readers, type HostileCase, type Reader } from "@massgen/hostile";
import { ms, table } from "./figures.ts";

/** Milliseconds of CPU for a million characters. */
const mostWhole = 50;
const mostInPieces = 300;
/** Each case is first read at a tenth of its length; so many of the worst are then read whole. */
const suspects = 6;
const firstPart = 10;
const tries = 5;

interface Worst {
  readonly name: string;
  readonly ms: number;
}

/**
 * Prints what the worst of the hostile texts costs each reader of foreign text, in milliseconds of CPU, whole and in
 * pieces of 20 characters. Resolves with whether all keep within their bounds.
 */
export async function hostileTexts(): Promise<boolean> {
  const rows = [["reader", "characters", "ms whole", "ms in pieces", "bounds", "", "worst"]];
  let kept = true;
  for (const reader of readers) {
    const characters = reader.bound?.characters ?? Math.min(reader.most ?? longest, longest);
    const cases = Map.groupBy(casesOf(reader), ({ inPieces }) => inPieces);
    const whole = await worstOf(cases.get(false) ?? [], characters);
    const inPieces = await worstOf(cases.get(true) ?? [], characters);
    const bounds = boundsOf(reader, characters);
    const good = (whole?.ms ?? 0) <= bounds.whole && (inPieces?.ms ?? 0) <= bounds.inPieces;
    kept &&= good;
    const worst = (whole?.ms ?? 0) / bounds.whole >= (inPieces?.ms ?? 0) / bounds.inPieces ? whole : inPieces;
    const figures = [whole, inPieces].map((one) => (one === undefined ? "" : ms(one.ms)));
    const limits = [bounds.whole, ...(inPieces === undefined ? [] : [bounds.inPieces])].map((bound) =>
      bound.toFixed(0),
    );
    const row = [
      reader.name,
      String(characters),
      ...figures,
      limits.join(", "),
      good ? "pass" : "FAIL",
      worst?.name ?? "",
    ];
    // It takes minutes: each row is shown as soon as it is known.
    console.error(row.join("  "));
    rows.push(row);
  }
  console.log(
    `${table(rows)}\n(CPU for the worst of ${casesOf({ name: "", read: () => undefined }).length} repetitions, best of ${tries})\n`,
  );
  return kept;
}

function boundsOf({ bound }: Reader, characters: number): { readonly whole: number; readonly inPieces: number } {
  if (bound !== undefined) return { whole: bound.ms, inPieces: bound.ms };
  const millions = characters / longest;
  return { whole: mostWhole * millions, inPieces: mostInPieces * millions };
}

async function worstOf(cases: readonly HostileCase[], characters: number): Promise<Worst | undefined> {
  const seen: { readonly hostile: HostileCase; readonly ms: number }[] = [];
  for (const hostile of cases) seen.push({ hostile, ms: (await costOf(hostile, characters / firstPart)).ms });
  const again: Worst[] = [];
  for (const { hostile } of seen.toSorted((a, b) => b.ms - a.ms).slice(0, suspects)) {
    let least = Infinity;
    for (let n = 0; n < tries; n += 1) least = Math.min(least, (await costOf(hostile, characters)).ms);
    again.push({ name: hostile.name, ms: least });
  }
  return again.toSorted((a, b) => b.ms - a.ms)[0];
}
