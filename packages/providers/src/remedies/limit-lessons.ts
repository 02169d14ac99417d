import type { JsonObject } from "@massgen/provider-kit/wire";
import { at, withAt, type BodyPath } from "./body-path.ts";
import { capped, isNamed, numbersIn, type SaidNumber } from "./field-lessons.ts";
import type { Refusal } from "./refusal.ts";
import type { Lesson, Remedy } from "./remedy.ts";

/** The names that services have for the output limit. */
const anyName =
  /(?<![a-z\d])(?:max(?:imum)?[_ -]?(?:(?:completion|output|new|number of)[_ -]?)?tokens|(?:output|completion) tokens)(?![a-z\d_])/i;
const tooLarge =
  /too (?:large|high|big|many)|exceed|at most|maximum|less than|lower than|smaller than|not be (?:greater|larger|more|higher)|\brange\b|between|[<>≤]|\bup to\b|limit/i;
/** No model has a smaller output limit. Smaller numbers in a refusal mean something else. */
const leastLimit = 256;
/** The limit is for question and answer together, or for what is left of something. */
const shared =
  /\b(?:inputs?|prompt|context|messages?|total|sum|together|combined|remaining|left|available|afford|credits?|per (?:minute|day|request))\b|\d['"`)]? ?\+ ?\w/i;
/** An exclusive bound, said behind the number or before it. */
const exclusive = /^[^\w]{0,3}\(?exclusive/i;
const below = /(?:(?:less|lower|smaller) than|below) ?['"`]?$/i;

/**
 * An output limit above what the model can write: the remedy sends the limit that the refusal names, or none where it
 * names none.
 *
 * @param paths where limits may stand
 * @param leaveOut whether the service takes requests without a limit
 */
export function outputLimit(paths: readonly BodyPath[], leaveOut: boolean, fit = (own: JsonObject) => own): Lesson {
  return {
    everywhere: true,
    names: (refusal, { own }) =>
      paths.some((one) => at(own, one) !== undefined && isNamed(refusal, one.at(-1) ?? "", anyName)),
    read(refusal, { own }) {
      const path = paths.find((one) => typeof at(own, one) === "number");
      const sent = path && at(own, path);
      if (path === undefined || typeof sent !== "number" || isMinimum(refusal)) return undefined;
      if (!isNamed(refusal, path.at(-1) ?? "", anyName) || !tooLarge.test(refusal.says)) return undefined;
      const room = shared.test(refusal.says) ? roomIn(refusal.says, sent) : undefined;
      if (room !== undefined) {
        return { name: `output at most ${room}`, once: true, body: (one) => fit(capped(one, path, room)) };
      }
      const most = mostIn(refusal.says, sent);
      if (most !== undefined) {
        const body: Remedy["body"] = (one) => fit(paths.reduce((mended, other) => capped(mended, other, most), one));
        return { name: `output at most ${most}`, body, figure: true };
      }
      if (!leaveOut || (refusal.altogether && !/too (?:large|high|big|many)|exceed/i.test(refusal.says)))
        return undefined;
      return { name: "output without a limit", body: (one) => withAt(one, path, undefined) };
    },
  };
}

/** A limit that is refused under one name and accepted under another. */
export function renamedLimit(names: readonly [string, string]): Lesson {
  const read = (refusal: Refusal | undefined, own: JsonObject): Remedy | undefined => {
    const from = names.find((name) => name in own);
    const to = names.find((name) => name !== from);
    if (from === undefined || to === undefined || to in own) return undefined;
    if (refusal !== undefined && !(refusal.altogether && isNamed(refusal, from))) return undefined;
    return {
      name: `${to} in place of ${from}`,
      body(body) {
        const { [from]: limit, ...rest } = body;
        return limit === undefined ? body : { ...rest, [to]: limit };
      },
    };
  };
  return {
    everywhere: true,
    names: (refusal, { own }) => names.some((name) => name in own && isNamed(refusal, name)),
    read: (refusal, { own }) => read(refusal, own),
    guess: ({ own }) => read(undefined, own),
  };
}

/** The room for the answer under a limit for question and answer together. */
function roomIn(text: string, sent: number): number | undefined {
  const said = numbersIn(text).map(({ value }) => value);
  const all = Math.max(0, ...said.filter((value) => value < sent));
  const question = Math.max(0, ...said.filter((value) => value < all));
  return all - question > 0 ? all - question : undefined;
}

/** The largest number in the text that is less than what was sent. */
function mostIn(text: string, sent: number): number | undefined {
  const limits = numbersIn(text)
    .filter(({ value }) => Number.isInteger(value) && value >= leastLimit && value <= sent)
    .map((said) => (isExclusive(text, said) ? said.value - 1 : said.value))
    .filter((value) => value < sent);
  return limits.length === 0 ? undefined : Math.max(...limits);
}

function isExclusive(text: string, { start, end }: SaidNumber): boolean {
  return exclusive.test(text.slice(end, end + 20)) || below.test(text.slice(Math.max(0, start - 20), start));
}

function isMinimum({ says }: Refusal): boolean {
  return (
    /minimum|at least|greater than or equal|must be (?:greater|positive|>)|>= ?\d/i.test(says) &&
    !/maximum|at most|\brange\b|between|less than/i.test(says)
  );
}
