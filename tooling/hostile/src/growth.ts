import type { Frame, Reader } from "./reader.ts";
import { repeated, units, type Unit } from "./units.ts";

/** One text for one reader: which, and how it comes. */
export interface HostileCase {
  readonly reader: Reader;
  readonly frame: Frame;
  readonly unit: Unit;
  readonly inPieces: boolean;
  /** For messages. */
  readonly name: string;
}

const alone: readonly Frame[] = [["", ""]];

/**
 * The cases of a reader.
 * @param which a `sample` has every third unit in the first frame, and every thirtieth in each of the others; a `few`
 *   has one in each frame at most, another one for each reader
 */
export function casesOf(reader: Reader, which: "all" | "sample" | "few" = "all"): readonly HostileCase[] {
  const ways = reader.inPieces === true ? [false, true] : [false];
  const frames = reader.frames ?? alone;
  const taken = (unitAt: number, frameAt: number): boolean => {
    switch (which) {
      case "all":
        return true;
      case "sample":
        return frameAt === 0 ? unitAt % 3 === 0 : unitAt % 30 === frameAt % 30;
      case "few":
        return (unitAt + reader.name.length) % units.size === frameAt;
    }
  };
  return [...units].flatMap(([unitName, unit], unitAt) =>
    frames.flatMap((frame, frameAt) =>
      (taken(unitAt, frameAt) ? ways : []).map((inPieces): HostileCase => {
        const place = frame === alone[0] ? "" : ` between ${frame.map((text) => JSON.stringify(text)).join(" and ")}`;
        return { reader, frame, unit, inPieces, name: `${unitName}${place}${inPieces ? ", in pieces" : ""}` };
      }),
    ),
  );
}

/** Characters of the longer text; the shorter one has a tenth. */
export const longest = 1_000_000;
/** Characters of a piece. */
const pieceLength = 20;

/** How many times as much a text may cost that is ten times as long. */
const mostGrowth = 15;
/**
 * The same for a text that is four times as long, read where the first bound is passed by little: a machine that is
 * busy, or collects garbage, makes a linear reader seem worse once, and hardly in both.
 */
const mostGrowthOfFour = 8;
const tries = 5;
/** What costs less than the bench aims for, in milliseconds of CPU, is not compared: garbage collection is as much. */
const floorMs = 50;
/**
 * A tenth of a text that costs less is enough: if that grew with the square, the whole would cost no more than the
 * bench lets it.
 */
const trifleMs = { whole: 0.5, inPieces: 3 };
/** A tenth of a text that costs more is compared with a hundredth first: the whole of it might never end. */
const heavyMs = 100;

/** What a case costs: milliseconds of CPU for texts of so many characters. */
export interface Growth {
  readonly short: Cost;
  readonly long: Cost;
  readonly ratio: number;
}

interface Cost {
  readonly characters: number;
  readonly ms: number;
}

/**
 * How the cost of a case grows where it grows too fast, undefined where it does not. Looks twice before it says so:
 * each cost is then the best of five.
 */
export async function excessOf(
  hostile: HostileCase,
  characters = longestOf(hostile.reader),
): Promise<Growth | undefined> {
  const long = Math.min(hostile.reader.most ?? longest, characters);
  const short = long / 10;
  const first = await costOf(hostile, short);
  const trifle = hostile.inPieces ? trifleMs.inPieces : trifleMs.whole;
  // What runs for the first time costs more.
  if (first.ms < trifle) return undefined;
  const second = first.ms < heavyMs ? await costOf(hostile, short) : first;
  if (second.ms < trifle) return undefined;
  if (first.ms > heavyMs) {
    const excess = await confirmed(hostile, short / 10, first);
    if (excess !== undefined) return excess;
  }
  const whole = await costOf(hostile, long);
  // The better of two is compared with the best of five only where the growth is not plain.
  if (whole.ms < floorMs || whole.ms <= mostGrowth * Math.min(first.ms, second.ms)) return undefined;
  return confirmed(hostile, short, whole);
}

/**
 * Files are parsed whole, which takes long without any hostility: a tenth of the length tells as much of growth, and
 * the bench reads all.
 */
function longestOf({ bound }: Reader): number {
  return bound === undefined ? longest : longest / 10;
}

/** Compares again what was found: other processes may have taken the machine's caches while it was measured. */
async function confirmed(hostile: HostileCase, characters: number, seen: Cost): Promise<Growth | undefined> {
  const excess = await compared(hostile, characters, seen);
  if (excess === undefined) return undefined;
  const again = await costOf(hostile, seen.characters);
  return again.ms < floorMs ? undefined : compared(hostile, characters, again);
}

/** @param seen the first cost of the longer text */
async function compared(hostile: HostileCase, characters: number, seen: Cost): Promise<Growth | undefined> {
  const short = await best(hostile, characters);
  const first = seen.ms / short.ms;
  if (first <= mostGrowth) return undefined;
  const again = await costOf(hostile, seen.characters);
  const twice = Math.min(seen.ms, again.ms);
  // Beyond doubt, and it would take long to look five times.
  if (twice > 3 * mostGrowth * short.ms && twice > heavyMs) {
    return { short, long: { ...seen, ms: twice }, ratio: twice / short.ms };
  }
  const long = await best(hostile, seen.characters, { ...seen, ms: twice });
  const ratio = long.ms / short.ms;
  if (ratio <= mostGrowth || long.ms < floorMs) return undefined;
  const fourfold = await best(hostile, 4 * seen.characters);
  return fourfold.ms / long.ms <= mostGrowthOfFour ? undefined : { short, long, ratio };
}

async function best(hostile: HostileCase, characters: number, seen?: Cost): Promise<Cost> {
  let least = seen ?? (await costOf(hostile, characters));
  for (let n = 1; n < tries; n += 1) {
    const cost = await costOf(hostile, characters);
    if (cost.ms < least.ms) least = cost;
  }
  return least;
}

/** Milliseconds of CPU that reading a text of so many characters takes. */
export async function costOf({ reader, frame, unit, inPieces }: HostileCase, characters: number): Promise<Cost> {
  const [before, behind] = frame;
  const text = flat(before + repeated(unit, characters) + behind);
  const pieces = inPieces ? cut(text) : [text];
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  try {
    await reader.read(pieces);
  } catch {
    // A refusal is an answer.
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  // Each of them is at least what it took: one counts other threads, the other one other processes.
  return { characters, ms: Math.min(performance.now() - began, (user + system) / 1000) };
}

function cut(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += pieceLength) pieces.push(text.slice(at, at + pieceLength));
  return pieces;
}

/** As a text is that came from elsewhere: in one place in memory. */
function flat(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
