import type { ChatRequest } from "@massgen/core/model";
import { circumstanceOf, featuresOf, requestsLike, type Feature } from "./circumstance.ts";
import type { Asked, Draft, Lesson, Remedy, WrittenBody } from "./remedy.ts";
import type { Refusal } from "./refusal.ts";
import type { Learned, RemedyMemory } from "./remedy-memory.ts";
import { rememberTrials, type Trial } from "./trial.ts";

/** Changes the requests of one call until the service accepts one. */
export interface Course {
  /** Writes the body for a request, with the remedies that are remembered for it and those on trial. */
  readonly write: (request: ChatRequest, draft: DraftOf) => WrittenBody;
  /**
   * Judges the last trial by the next refusal. The same refusal again means that the remedy did not help: it is taken
   * back. True when the refusal is another one, so that the former problem is solved. Behind a guess nothing is, unless
   * the service accepts the request: the other refusal may be the guess's own.
   */
  readonly judge: (signature: string) => boolean;
  /** Whether the request is changed by a guess: by one of these, or by doing without what was remembered. */
  readonly isGuessing: () => boolean;
  /**
   * Tries what the refusal asks for in words.
   * @param passes whether such failures may go away by themselves
   */
  readonly read: (
    refusal: Refusal,
    signature: string,
    which?: (lesson: Lesson) => boolean,
    passes?: boolean,
  ) => boolean;
  /** Whether a refusal names nothing that any lesson knows. */
  readonly isOpen: (refusal: Refusal) => boolean;
  /** Tries the next guess, if the refusal names nothing known. */
  readonly guess: (refusal: Refusal, signature: string, which?: (lesson: Lesson) => boolean) => boolean;
  /** Drops the remembered remedies, once, if they may be the reason for the refusal: services change. */
  readonly forgo: (refusal: Refusal) => boolean;
  /** The service accepted the request: remembers what was on trial. */
  readonly helped: () => void;
  /** The call ends refused: remembers what solved the problems before the last one. The next call begins behind them. */
  readonly ended: () => void;
}

/** Writes a request in a wire's shape. */
export type DraftOf = (request: ChatRequest, withoutThinking: boolean) => Draft;

/** The most remedies that one call tries by name, and by guessing. */
const mostRead = 12;
const mostGuesses = 8;

/**
 * What no remedy applies to: the content of the conversation, and tools, which belong to the ladder where a call is
 * forced.
 */
const otherMatters =
  /\bimages?\b|\burls?\b|https?:|\b(?:down)?load|\bfetch|\bempty\b|base64|api[_ -]?key|\btoo (?:long|short|big)\b|\bmessages?(?:\[|:|\.\d)|\btools?\b|\bfunctions?\b|invalid[_ ]schema/i;

/** Begins a call's course. */
export function beginCourse(lessons: readonly Lesson[], memory: RemedyMemory): Course {
  let trials: readonly Trial[] = [];
  /** The remedies tried last. */
  let pending: readonly Trial[] = [];
  /** The remedies that solved a problem, whatever was refused behind it, in the order of their trials. */
  const solved: Trial[] = [];
  let asked: Asked | undefined;
  let features: ReadonlySet<Feature> = new Set();
  let inUse: readonly string[] = [];
  let remembered: readonly Learned[] = [];
  /** Remembered remedies that this call does without. */
  let forgone: readonly string[] | undefined;
  let again = (): unknown => undefined;
  /** The suspects from before this call. What concurrent calls find out may be the same coincidence. */
  const suspected = memory.suspects().map(({ remedy }) => remedy.name);
  const failed = new Map<string, Trial>();
  const joined = new Set<string>();
  let reads = 0;
  let guesses = 0;

  function put(...more: readonly Trial[]): true {
    pending = more;
    trials = inOrder([...trials, ...more]);
    return true;
  }
  function trial(
    remedy: Remedy,
    place: number,
    lesson: Lesson,
    refusal: Refusal | undefined,
    signature: string,
    passes = false,
  ): Trial {
    const again = remedy.figure && trials.some((one) => one.place === place);
    return {
      remedy: again ? { ...remedy, once: true } : remedy,
      place,
      circumstance: circumstanceOf(lesson, refusal, features),
      signature,
      guessed: refusal === undefined,
      doubtful: refusal === undefined || (passes && lesson.fails !== true),
      like: requestsLike(lesson, features),
    };
  }
  const isNew = (remedy: Remedy | undefined): remedy is Remedy =>
    remedy !== undefined && !failed.has(remedy.name) && !inUse.includes(remedy.name);

  function write(request: ChatRequest, draftOf: DraftOf): WrittenBody {
    const plain = draftOf(request, false);
    const written = plain.finish(plain.own);
    features = featuresOf(request, written.body);
    const fits = ({ circumstance }: Learned): boolean => circumstance.every((feature) => features.has(feature));
    remembered = forgone === undefined ? memory.for(features) : [];
    const uses = inOrder(trials.length === 0 ? remembered : [...remembered, ...trials.filter(fits)]).map(
      ({ remedy }) => remedy,
    );
    inUse = uses.map(({ name }) => name);
    const mended = uses.reduce((one, remedy) => remedy.request?.(one) ?? one, request);
    const withoutThinking = uses.some((remedy) => remedy.withoutThinking);
    const draft = mended === request && !withoutThinking ? plain : draftOf(mended, withoutThinking);
    const own = uses.reduce((one, remedy) => remedy.body?.(one) ?? one, draft.own);
    asked = { request: mended, own };
    again = () => write(request, draftOf);
    return own === plain.own ? written : draft.finish(own);
  }

  const isGuessing = (): boolean => forgone !== undefined || trials.some(({ guessed }) => guessed);

  return {
    write,
    isGuessing,
    judge(signature) {
      const vain = pending.filter((one) => one.signature === signature);
      const tried = pending;
      pending = [];
      if (vain.length === 0) {
        if (tried.length === 0 || isGuessing()) return false;
        solved.push(...tried);
        return true;
      }
      for (const one of vain) {
        failed.set(one.remedy.name, one);
        if (one.guessed) memory.noteInVain(one.remedy.name, signature);
      }
      trials = trials.filter((one) => !vain.includes(one));
      again();
      return false;
    },
    read(refusal, signature, which = () => true, passes = false) {
      if (asked === undefined || reads >= mostRead) return false;
      reads += 1;
      for (const [place, lesson] of lessons.entries()) {
        const remedy = which(lesson) ? lesson.read(refusal, asked) : undefined;
        if (isNew(remedy)) return put(trial(remedy, place, lesson, refusal, signature, passes));
      }
      // A refusal named several fields, and leaving out each of them alone did not help.
      const named = [...failed.values()].filter((one) => !one.guessed && one.signature === signature);
      if (named.length < 2 || joined.has(signature)) return false;
      joined.add(signature);
      return put(...named);
    },
    isOpen: (refusal) => asked !== undefined && isBare(refusal, asked),
    guess(refusal, signature, which = () => true) {
      const sent = asked;
      if (sent === undefined || guesses >= mostGuesses || !isBare(refusal, sent)) return false;
      const possible = lessons.flatMap((lesson, place) => {
        const remedy = which(lesson) ? lesson.guess?.(sent) : undefined;
        return isNew(remedy) && !memory.wasInVain(remedy.name, signature) ? [{ remedy, place, lesson }] : [];
      });
      const [best] = possible.toSorted(
        (one, other) => promise(other.remedy, signature) - promise(one.remedy, signature),
      );
      if (best === undefined) return false;
      guesses += 1;
      return put(trial(best.remedy, best.place, best.lesson, undefined, signature));
    },
    forgo(refusal) {
      const sent = asked;
      if (sent === undefined || forgone !== undefined || remembered.length === 0) return false;
      const isSuspect = ({ place, unproven = false }: Learned): boolean =>
        unproven || lessons[place]?.names(refusal, sent) === true;
      if (!isBare(refusal, sent) && !remembered.some(isSuspect)) return false;
      forgone = remembered.map(({ remedy }) => remedy.name);
      trials = [];
      pending = [];
      failed.clear();
      return true;
    },
    helped() {
      const sent = asked;
      rememberTrials(memory, trials, { features, suspected, unproven: false });
      for (const one of remembered) if (one.unproven) memory.keep({ ...one, unproven: false }, features);
      if (sent !== undefined) {
        memory.noteTaken(
          lessons.flatMap((lesson, place) => (lesson.sent?.(sent) ? [place] : [])),
          features,
        );
        for (const { remedy, circumstance } of memory.suspects()) {
          const spared = circumstance.every((feature) => features.has(feature)) && !inUse.includes(remedy.name);
          if (spared && changes(remedy, sent)) memory.dismiss(remedy.name);
        }
      }
      const names = trials.map(({ remedy }) => remedy.name);
      if (forgone !== undefined)
        memory.exempt(
          forgone.filter((name) => !names.includes(name)),
          features,
        );
      trials = [];
    },
    ended: () => rememberTrials(memory, solved, { features, suspected, unproven: true }),
  };

  function isBare(refusal: Refusal, sent: Asked): boolean {
    if (refusal.param !== "" || otherMatters.test(refusal.says)) return false;
    return !lessons.some((lesson) => lesson.names(refusal, sent));
  }

  /** Remedies that seemed to help before go first, above all those against the same refusal. */
  function promise({ name }: Remedy, signature: string): number {
    const suspect = memory.suspects().find(({ remedy }) => remedy.name === name);
    return suspect === undefined ? 0 : suspect.signature === signature ? 2 : 1;
  }
}

function changes({ request, body }: Remedy, asked: Asked): boolean {
  return (
    (request?.(asked.request) ?? asked.request) !== asked.request || (body?.(asked.own) ?? asked.own) !== asked.own
  );
}

function inOrder<T extends Learned>(learned: readonly T[]): readonly T[] {
  return learned.toSorted((one, other) => one.place - other.place);
}
