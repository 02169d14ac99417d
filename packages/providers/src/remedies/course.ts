import type { ChatRequest } from "@massgen/core/model";
import { circumstanceOf, featuresOf, requestsLike, type Feature } from "./circumstance.ts";
import type { Asked, Draft, Lesson, Remedy, WrittenBody } from "./remedy.ts";
import type { Refusal } from "./refusal.ts";
import type { Learned, RemedyMemory } from "./remedy-memory.ts";

/** A remedy under trial. */
interface Trial extends Learned {
  /** The refusal that it answers. */
  readonly signature: string;
  readonly guessed: boolean;
  /** The refusal did not ask for it, or may have passed by itself: once is no proof. */
  readonly doubtful: boolean;
  /** Its circumstance, should requests without it have been taken elsewhere. */
  readonly like: readonly Feature[];
}

/** How one call's requests are mended until one is taken. */
export interface Course {
  /** The body for a request: with what is remembered for it, and what is on trial. */
  readonly write: (request: ChatRequest, draft: DraftOf) => WrittenBody;
  /**
   * Notes what a refusal says about the last trial: the same again means that it did not help, and it is taken back.
   * True when what was complained about before is mended, so that this refusal is another one.
   */
  readonly judge: (signature: string) => boolean;
  /**
   * Puts on trial what the refusal asks for in words.
   * @param passes whether such failures may pass by themselves
   */
  readonly read: (
    refusal: Refusal,
    signature: string,
    which?: (lesson: Lesson) => boolean,
    passes?: boolean,
  ) => boolean;
  /** Whether a refusal names nothing known: it may be about anything. */
  readonly isOpen: (refusal: Refusal) => boolean;
  /** Puts on trial the next thing that might be meant, if the refusal names nothing known. */
  readonly guess: (refusal: Refusal, signature: string, which?: (lesson: Lesson) => boolean) => boolean;
  /** Goes back to the request as it is, if what is remembered may be why it is refused: services change. Once. */
  readonly forgo: (refusal: Refusal) => boolean;
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
  /\bimages?\b|\burls?\b|https?:|\b(?:down)?load|\bfetch|\bempty\b|base64|api[_ -]?key|\btoo (?:long|short|big)\b|\bmessages?(?:\[|:|\.\d)|\btools?\b|\bfunctions?\b|invalid[_ ]schema/i;

/** Begins a call's course. */
export function beginCourse(lessons: readonly Lesson[], memory: RemedyMemory): Course {
  let trials: readonly Trial[] = [];
  /** Put on trial last. */
  let pending: readonly Trial[] = [];
  let asked: Asked | undefined;
  let features: ReadonlySet<Feature> = new Set();
  let inUse = new Set<string>();
  let remembered: readonly Learned[] = [];
  /** Remedies that this call does without, though they are remembered. */
  let forgone: readonly string[] | undefined;
  let again = (): unknown => undefined;
  /** Those before this call was sent: what calls side by side find out is one and the same piece of luck. */
  const suspected = new Set(memory.suspects().map(({ remedy }) => remedy.name));
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
    const again = lesson.figure && trials.some((one) => one.place === place);
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
    remedy !== undefined && !failed.has(remedy.name) && !inUse.has(remedy.name);

  function write(request: ChatRequest, draftOf: DraftOf): WrittenBody {
    const plain = draftOf(request, false);
    features = featuresOf(request, plain.finish(plain.own).body);
    const fits = ({ circumstance }: Learned): boolean => circumstance.every((feature) => features.has(feature));
    remembered = forgone === undefined ? memory.for(features) : [];
    const uses = inOrder([...remembered, ...trials.filter(fits)]).map(({ remedy }) => remedy);
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
    read(refusal, signature, which = () => true, passes = false) {
      if (asked === undefined || reads >= mostRead) return false;
      reads += 1;
      for (const [place, lesson] of lessons.entries()) {
        const remedy = which(lesson) ? lesson.read(refusal, asked) : undefined;
        if (isNew(remedy)) return put(trial(remedy, place, lesson, refusal, signature, passes));
      }
      // Of several fields that a refusal names, each alone was in vain.
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
      if (!isBare(refusal, sent) && !remembered.some(({ place }) => lessons[place]?.names(refusal, sent))) return false;
      forgone = remembered.map(({ remedy }) => remedy.name);
      trials = [];
      pending = [];
      failed.clear();
      return true;
    },
    helped() {
      const sent = asked;
      for (const one of trials) {
        if (one.doubtful && !suspected.has(one.remedy.name)) memory.suspect(one);
        else {
          memory.dismiss(one.remedy.name);
          const elsewhere = memory.wasTaken(one.place, one.circumstance);
          memory.keep(elsewhere ? { ...one, circumstance: one.like } : one, features);
        }
      }
      if (sent !== undefined) {
        for (const [place, lesson] of lessons.entries()) if (lesson.sent?.(sent)) memory.noteTaken(place, features);
        for (const { remedy, circumstance } of memory.suspects()) {
          const spared = circumstance.every((feature) => features.has(feature)) && !inUse.has(remedy.name);
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
  };

  function isBare(refusal: Refusal, sent: Asked): boolean {
    if (refusal.param !== "" || otherMatters.test(refusal.says)) return false;
    return !lessons.some((lesson) => lesson.names(refusal, sent));
  }

  /** What seemed to help before goes first, against the same refusal above all. */
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
