import type { MassgenError } from "@massgen/core/model";
import type { AnswerPiece } from "./answer-reader.ts";
import { noAnswer, unfinished, unusable, type CallSite } from "./call-site.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { objectOf, parseJson } from "./json-value.ts";
import { failureBeside, flatFailure } from "./stream-failure.ts";
import { failureOf, type UpstreamFailure } from "./upstream-failure.ts";

/** What an answer holds besides its events, used for the error when the answer has no end. */
export interface Leftovers {
  /** Takes a piece that is not an event. False for events, which are counted. */
  readonly take: (piece: AnswerPiece) => boolean;
  /**
   * Takes an event that is no JSON object. It is ignored if the answer ends well, unless it is a damaged part of an
   * answer that is not `whole` yet.
   * @throws MassgenError `invalid-response`
   */
  readonly odd: (piece: AnswerPiece, whole: boolean) => void;
  /** Whether the last event was cut. */
  readonly isCut: () => boolean;
  /** The failure that was reported outside of events. */
  readonly failure: () => UpstreamFailure | undefined;
  /** The error for an answer without an end. */
  readonly error: (response: HttpAnswer, marked: boolean) => MassgenError;
}

/** The most texts outside of events that are kept: the first, and the last ones, among which an error is. */
const mostStrays = 10;

export function createLeftovers(site: CallSite): Leftovers {
  let pieces = 0;
  let cut = false;
  let odd: string | undefined;
  const words = /\b(?:error|exception|failed|failure|exceeded|overloaded|unavailable)\b/i;
  const strays: string[] = [];

  return {
    take(piece) {
      switch (piece.type) {
        case "stray":
          if (strays.length === mostStrays) strays.splice(1, 1);
          strays.push(piece.text);
          return true;
        case "comment":
          return true;
        case "event":
          pieces += 1;
          return piece.data.trim() === "";
        case "document":
          pieces += 1;
          return false;
      }
    },
    odd(piece, whole) {
      if (piece.type === "document") throw noAnswer(site, piece.text);
      if (piece.type !== "event" || whole) return;
      if (!piece.whole) {
        cut = true;
        return;
      }
      // The piece begins an object or a list, so part of the answer is lost.
      if (/^\s*(?:\{|\[\s*[{["\d])/.test(piece.data.slice(0, 100))) {
        throw unusable(site, "invalid-response", "the answer holds an event that is no JSON object", piece.data);
      }
      odd ??= piece.data;
    },
    isCut: () => cut,
    failure() {
      if (odd !== undefined && words.test(odd.slice(0, 1000))) return failureOf(odd);
      for (const stray of strays) {
        const value = parseJson(stray.trim()) ?? parseJson(stray.split("\n", 1)[0] ?? "");
        const object = objectOf(value);
        const failure = object === undefined ? undefined : (failureBeside(object) ?? flatFailure(object));
        if (failure !== undefined) return failure;
      }
      return undefined;
    },
    error(response, marked) {
      if (odd !== undefined) {
        return unusable(
          site,
          "invalid-response",
          "the answer has no end, and holds an event that is no JSON object",
          odd,
        );
      }
      if (pieces === 0 && strays[0] !== undefined) return noAnswer(site, failureOf(strays[0]).message);
      if (marked) {
        return unusable(site, "truncated", "the answer ended with [DONE], but without a finish reason or usage");
      }
      return unfinished(site, pieces, response);
    },
  };
}
