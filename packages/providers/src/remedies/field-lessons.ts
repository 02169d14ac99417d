import { objectOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { at, withAt, type BodyPath } from "./body-path.ts";
import type { Feature } from "./circumstance.ts";
import { found, namesField, type Phrase, type Refusal } from "./refusal.ts";
import type { Lesson } from "./remedy.ts";

/** A field that a call can do without. */
export interface OptionalField {
  readonly path: BodyPath;
  /** Other names that refusals have for it. */
  readonly alsoCalled?: RegExp;
  /** Words of refusals that name it but concern something else. */
  readonly unless?: RegExp;
  /** The feature that goes with it. */
  readonly about?: readonly Feature[];
  /** False: it is left out only if a refusal names it. */
  readonly guessed?: false;
}

/** A refusal that names a field: the remedy leaves it out. */
export function withoutField({ path, alsoCalled, unless, about = [], guessed }: OptionalField): Lesson {
  const field = path.at(-1) ?? "";
  const remedy = {
    name: `without ${field}`,
    body: (own: JsonObject) => (at(own, path) === undefined ? own : withAt(own, path, undefined)),
  };
  const names: Lesson["names"] = (refusal, { own }) =>
    at(own, path) !== undefined && isNamed(refusal, field, alsoCalled);
  return {
    about,
    sent: ({ own }) => at(own, path) !== undefined,
    names,
    read(refusal, asked) {
      if (!refusal.altogether || !names(refusal, asked) || unless?.test(refusal.says)) return undefined;
      const beside = besideIn(refusal, asked.own, path);
      if (beside.length > 0) {
        return {
          name: `without ${field} beside ${beside.map((other) => other.at(-1)).join(", ")}`,
          body: (own) => (beside.every((other) => at(own, other) !== undefined) ? remedy.body(own) : own),
        };
      }
      const value = at(asked.own, path);
      if (typeof value !== "string" || !refusesValue(refusal, value)) return remedy;
      return {
        name: `without ${field} ${value}`,
        body: (own) => (at(own, path) === value ? withAt(own, path, undefined) : own),
      };
    },
    ...(guessed !== false && { guess: ({ own }) => (at(own, path) === undefined ? undefined : remedy) }),
  };
}

const theValue: Phrase = {
  first: /only|must be|should be|set to|has to be/gi,
  next: /^[^.\d]*(\d{1,3}(?:\.\d{1,3})?)(?![\d-])/,
  within: 60,
};

/** A refusal that names the only value which the service accepts (`temperature` 1): the remedy sets it. */
export function onlyValue({ path }: Pick<OptionalField, "path">): Lesson {
  const field = path.at(-1) ?? "";
  return {
    names: (refusal) => isNamed(refusal, field),
    read(refusal) {
      const said = found(refusal.says, theValue);
      if (said?.[1] === undefined || !refusal.altogether || !isNamed(refusal, field)) return undefined;
      const value = Number(said[1]);
      return { name: `${field} = ${value}`, body: (own) => withAt(own, path, value) };
    },
  };
}

/**
 * A refusal that names a range whose upper end is below what was sent: the remedy sends the upper end. Only for values
 * within OpenAI's own range.
 */
export function mostValue({ path }: Pick<OptionalField, "path">, widest: number): Lesson {
  const field = path.at(-1) ?? "";
  return {
    names: (refusal, { own }) => at(own, path) !== undefined && isNamed(refusal, field),
    read(refusal, { own }) {
      const sent = at(own, path);
      if (typeof sent !== "number" || sent > widest || refusal.altogether || !isNamed(refusal, field)) return undefined;
      const most = Math.max(
        ...numbersIn(refusal.says)
          .map(({ value }) => value)
          .filter((value) => value < sent),
      );
      if (!(most > 0)) return undefined;
      return { name: `${field} at most ${most}`, body: (body) => capped(body, path, most) };
    },
  };
}

/** The fields that a refusal does not want beside this one; each alone is accepted. */
function besideIn(refusal: Refusal, own: JsonObject, path: BodyPath): readonly BodyPath[] {
  if (!/\bboth\b|together|combin|simultaneous|at the same time|only one/i.test(refusal.says)) return [];
  const [top, ...below] = path;
  const siblings = below.length === 0 ? own : (objectOf(own[top]) ?? {});
  return Object.keys(siblings)
    .filter((name) => name !== path.at(-1) && typeof siblings[name] !== "object" && namesField(refusal, name))
    .map((name): BodyPath => (below.length === 0 ? [name] : [top, name]));
}

/** Whether only this value is refused. */
function refusesValue({ says }: Refusal, value: string): boolean {
  return /supported values|one of|expected|valid values|allowed values/i.test(says) && says.includes(`'${value}'`);
}

/** More stop sequences than the service accepts: the remedy sends the first four, which is OpenAI's limit. */
export function fewStops(path: BodyPath): Lesson {
  const field = path.at(-1) ?? "";
  const remedy = {
    name: `${field}: the first ${mostStops}`,
    body: (own: JsonObject) => {
      const stops: unknown = at(own, path);
      return Array.isArray(stops) && stops.length > mostStops ? withAt(own, path, stops.slice(0, mostStops)) : own;
    },
  };
  return {
    everywhere: true,
    names: (refusal, { own }) => at(own, path) !== undefined && isNamed(refusal, field),
    read: (refusal, asked) => (isNamed(refusal, field) && remedy.body(asked.own) !== asked.own ? remedy : undefined),
    guess: ({ own }) => (remedy.body(own) === own ? undefined : remedy),
  };
}

const mostStops = 4;

/** The body with the number at a path capped. */
export function capped(body: JsonObject, path: BodyPath, most: number): JsonObject {
  const sent = at(body, path);
  return typeof sent === "number" && sent > most ? withAt(body, path, most) : body;
}

/** A number that stands alone in a text, and where. */
export interface SaidNumber {
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** The numbers that stand alone in a text, at most 50. `8,192` is one number; the 4 in `gpt-4` is none. */
export function numbersIn(text: string): readonly SaidNumber[] {
  const numbers: SaidNumber[] = [];
  for (const match of text.matchAll(/[\w.,-]+/g)) {
    const [word] = match;
    const said = /^\d{1,3}(?:,\d{3}){1,3}(?!\d)|^\d{1,12}(?:\.\d{1,6})?(?!\d)/.exec(word)?.[0];
    // Of `8192,` and `0..1` the number; of `4k`, `2024-05` and `1,2` nothing.
    if (said === undefined || !/^(?:[.,]*$|\.\.)/.test(word.slice(said.length))) continue;
    numbers.push({ value: Number(said.replaceAll(",", "")), start: match.index, end: match.index + said.length });
    const last = /\.\.(\d{1,12})$/.exec(word)?.[1];
    if (last !== undefined) numbers.push({ value: Number(last), start: match.index, end: match.index + word.length });
    if (numbers.length >= 50) break;
  }
  return numbers;
}

/** Whether a refusal is about a field: by the name of what it complains about, or in its words. */
export function isNamed(refusal: Refusal, field: string, alsoCalled?: RegExp): boolean {
  return namesField(refusal, field) || (alsoCalled?.test(refusal.says) ?? false);
}
