import type { ChatRequest } from "@massgen/core/model";
import { circumstanceOf, featuresOf, type Feature } from "./circumstance.ts";
import type { Asked, Draft, Lesson, Remedy, WrittenBody } from "./remedy.ts";
import type { Refusal } from "./refusal.ts";
import type { Learned, RemedyMemory } from "./remedy-memory.ts";

/** A remedy under trial. */
interface Trial extends Learned {
  /** The refusal that it answers. */
  readonly signature: string;
  readonly guessed: boolean;
}

/** How one call's requests are mended until one is taken. */
export interface Course {
  /** The body for a request: with what is remembered for it, and what is on trial. */
  readonly write: (request: ChatRequest, draft: DraftOf) => WrittenBody;
  /**
   * Notes what a refusal says about the last trial: the same again means that it did not help, and it is taken back. True when what
   * was complained about before is mended, so that this refusal is another one.
   */
  readonly judge: (signature: string) => boolean;
  /** Puts on trial what the refusal asks for in words. */
  readonly read: (refusal: Refusal, signature: string, which?: (lesson: Lesson) => boolean) => boolean;
  /** Whether a refusal names nothing known: it may be about anything. */
  readonly isOpen: (refusal: Refusal) => boolean;
  /** Puts on trial the next thing that might be meant, if the refusal names nothing known. */
  readonly guess: (refusal: Refusal, signature: string, which?: (lesson: Lesson) => boolean) => boolean;
  /** The request was taken: what was on trial is remembered. */
  readonly helped: () => void;
}

/** Writes a request in a wire's shape. */
export type DraftOf = (request: ChatRequest, withoutThinking: boolean) => Draft;

/** The most remedies that one call tries by name, and by guessing. */
const mostRead = 12;
const mostGuesses = 8;

/** What no remedy is for: what the conversation says, and tools, which are the ladder's where a call is forced. */
const otherMatters =
  /\bimages?\b|\burls?\b|\bempty\b|base64|api[_ -]?key|\btoo (?:long|short|big)\b|\bmessages?(?:\[|:|\.\d)|\btools?\b|function[_ ]?call/i;

/** Begins a call's course. */
export function beginCourse(lessons: readonly Lesson[], memory: RemedyMemory): Course {
  let trials: readonly Trial[] = [];
  /** Put on trial last. */
  let pending: readonly Trial[] = [];
  let asked: Asked | undefined;
  let features: ReadonlySet<Feature> = new Set();
  let inUse = new Set<string>();
  let again = (): unknown => undefined;
  const failed = new Map<string, Trial>();
  const joined = new Set<string>();
  let reads = 0;
  let guesses = 0;

  function put(...more: readonly Trial[]): true {
    pending = more;
    trials = inOrder([...trials, ...more]);
    return true;
  }
  function trial(remedy: Remedy, place: number, refusal: Refusal | undefined, signature: string): Trial {
    const lesson = lessons[place];
    const circumstance = lesson === undefined ? [] : circumstanceOf(lesson, refusal, features);
    return { remedy, place, circumstance, signature, guessed: refusal === undefined };
  }
  function isOpen(refusal: Refusal): boolean {
    const sent = asked;
    if (sent === undefined || refusal.param !== "" || otherMatters.test(refusal.says)) return false;
    return !lessons.some((lesson) => lesson.names(refusal, sent));
  }
  const isNew = (remedy: Remedy | undefined): remedy is Remedy =>
    remedy !== undefined && !failed.has(remedy.name) && !inUse.has(remedy.name);

  function write(request: ChatRequest, draftOf: DraftOf): WrittenBody {
    const plain = draftOf(request, false);
    features = featuresOf(request, plain.own);
    const fits = ({ circumstance }: Learned): boolean => circumstance.every((feature) => features.has(feature));
    const uses = inOrder([...memory.for(features), ...trials.filter(fits)]).map(({ remedy }) => remedy);
    inUse = new Set(uses.map(({ name }) => name));
    const mended = uses.reduce((one, remedy) => remedy.request?.(one) ?? one, request);
    const withoutThinking = uses.some((remedy) => remedy.withoutThinking);
    const draft = mended === request && !withoutThinking ? plain : draftOf(mended, withoutThinking);
    const own = uses.reduce((one, remedy) => remedy.body?.(one) ?? one, draft.own);
    asked = { request: mended, own };
    again = () => write(request, draftOf);
    return draft.finish(own);
  }

  return {
    write,
    judge(signature) {
      const vain = pending.filter((one) => one.signature === signature);
      const mended = vain.length === 0 && pending.some((one) => !one.guessed);
      pending = [];
      if (vain.length === 0) return mended;
      for (const one of vain) {
        failed.set(one.remedy.name, one);
        if (one.guessed) memory.noteInVain(one.remedy.name, signature);
      }
      trials = trials.filter((one) => !vain.includes(one));
      again();
      return false;
    },
    read(refusal, signature, which = () => true) {
      if (asked === undefined || reads >= mostRead) return false;
      reads += 1;
      for (const [place, lesson] of lessons.entries()) {
        const remedy = which(lesson) ? lesson.read(refusal, asked) : undefined;
        if (isNew(remedy)) return put(trial(remedy, place, refusal, signature));
      }
      // Of several fields that a refusal names, each alone was in vain.
      const named = [...failed.values()].filter((one) => !one.guessed && one.signature === signature);
      if (named.length < 2 || joined.has(signature)) return false;
      joined.add(signature);
      return put(...named);
    },
    isOpen,
    guess(refusal, signature, which = () => true) {
      const sent = asked;
      if (sent === undefined || guesses >= mostGuesses || !isOpen(refusal)) return false;
      for (const [place, lesson] of lessons.entries()) {
        const remedy = which(lesson) ? lesson.guess?.(sent) : undefined;
        if (!isNew(remedy) || memory.wasInVain(remedy.name, signature)) continue;
        guesses += 1;
        return put(trial(remedy, place, undefined, signature));
      }
      return false;
    },
    helped() {
      for (const one of trials) memory.keep(one);
      trials = [];
    },
  };
}

function inOrder<T extends Learned>(learned: readonly T[]): readonly T[] {
  return learned.toSorted((one, other) => one.place - other.place);
}
