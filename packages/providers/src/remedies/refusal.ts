import { codeOf } from "@massgen/provider-kit/parts";
import type { UpstreamFailure } from "@massgen/provider-kit/wire";

/** What a service said when it refused a request, prepared for searching. */
export interface Refusal {
  /** The beginning of the message, and the words for the kind. */
  readonly says: string;
  /** The field it names, if it does so outside the message. */
  readonly param: string;
  /**
   * Message and field as lower-case words with blanks between: `presencePenalty` and `presence_penalty` are
   * `presence penalty`.
   */
  readonly plain: string;
  /** Whether it refuses the named field itself, and not just its value. */
  readonly altogether: boolean;
  /** Whether it says so in words. */
  readonly unsupported: boolean;
}

/** The most characters of a message that are searched: names of fields stand at its beginning. */
const searchedCharacters = 4000;

const unsupported =
  /unsupported|(?:not|n't|no) (?:yet |currently |fully )?support|(?:not|n't) (?:yet |currently )?(?:permit|allow|enabled|available|implemented)|unrecognized|unknown|unexpected|unavailable|extra (?:inputs|fields)|no longer|deprecated|incompatible|only the default|cannot (?:both|be (?:used|combined|set|specified))|cannot find field|unset/i;
const outOfRange =
  /between|range|\d to \d|at most|at least|(?:less|greater|more|fewer|higher|lower|larger|smaller) than|exceed|too (?:large|small|high|low|many)/i;

/** Reads a refusal. */
export function refusalOf({ message, param = "", kinds = [] }: UpstreamFailure): Refusal {
  const says = `${message.slice(0, searchedCharacters)} ${kinds.slice(0, 20).join(" ")}`;
  const saysUnsupported = unsupported.test(says);
  return {
    says,
    param,
    plain: plainWords(`${says} ${param}`),
    altogether: saysUnsupported || !outOfRange.test(says),
    unsupported: saysUnsupported,
  };
}

/** How a failure may teach: at once, only by what it names, only when it comes a second time, or not at all. */
export type Teaching = "at once" | "by name" | "repeated" | "never";

/**
 * Whether anything can be learned from a failure. Limits of rate and quota, keys, filters, and conversations that are
 * too long say nothing about how to ask; Groq's refusals of generated output were paid for.
 */
export function teachingOf(failure: UpstreamFailure): Teaching {
  const { status = 0, kinds = [] } = failure;
  if (kinds.includes("tool_use_failed") || kinds.includes("json_validate_failed")) return "never";
  // A web page comes from a gateway in front of the service and says nothing about the service.
  if (status < 500 && /^\s*<(?:!doctype|html|head|\?xml)/i.test(failure.message)) return "never";
  const code = codeOf(failure);
  // A gateway's 502 or 504 does not show what the service would have said.
  if (code === "upstream-failed" && status >= 500)
    return status === 501 ? "at once" : status === 500 ? "repeated" : "never";
  if (code === "not-found" && status === 404) return "by name";
  if (code !== "invalid-request") return "never";
  return status === 400 || status === 422 ? "at once" : status === 404 ? "by name" : "never";
}

/**
 * What differs from one refusal to the next: ids, long numbers, times. Names of models and fields are shorter, or have
 * no digit.
 */
const varying =
  /(?<![\w-])(?:(?=[A-Za-z_-]{0,40}\d)[\w-]{9,200}|[\da-f-]{9,200}(?![\w-])|\d{1,2}(?=:\d\d:\d\d))(?::\d\d){0,2}(?:\.\d{1,9})?/gi;

/** A text by which two refusals count as the same. */
export function signatureOf({ status, message, param = "", kinds = [] }: UpstreamFailure): string {
  const words = message.slice(0, searchedCharacters).replace(varying, "#");
  return JSON.stringify([status, words, param, kinds.slice(0, 20)]);
}

/** Whether a refusal names a field, however it spells it. */
export function namesField({ plain }: Refusal, field: string): boolean {
  const name = plainWords(field);
  for (let at = plain.indexOf(name); at >= 0; at = plain.indexOf(name, at + 1)) {
    if (!/[a-z\d]/.test(plain.charAt(at - 1)) && !/[a-z\d]/.test(plain.charAt(at + name.length))) return true;
  }
  return false;
}

function plainWords(text: string): string {
  return text
    .replace(/[a-z][A-Z]/g, ([last = "", first = ""]) => `${last} ${first}`)
    .toLowerCase()
    .replace(/[_-]/g, " ");
}

/** Words that follow other words within a number of characters. `first` must be a global pattern. */
export interface Phrase {
  readonly first: RegExp;
  readonly next: RegExp;
  readonly within: number;
}

/** The most places at which a phrase is looked for. */
const mostPlaces = 50;

/**
 * The match of a phrase's second part after its first. Two steps, because a single pattern would backtrack over the
 * text.
 */
export function found(text: string, { first, next, within }: Phrase): RegExpExecArray | undefined {
  let places = 0;
  for (const { 0: words, index } of text.matchAll(first)) {
    const rest = next.exec(text.slice(index + words.length, index + words.length + within));
    if (rest !== null) return rest;
    places += 1;
    if (places >= mostPlaces) return undefined;
  }
  return undefined;
}

/** Whether a text holds any of these words or phrases. */
export function speaksOf(text: string, spoken: readonly (RegExp | Phrase)[]): boolean {
  return spoken.some((one) => (one instanceof RegExp ? one.test(text) : found(text, one) !== undefined));
}
