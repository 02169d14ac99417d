import { eventFrame } from "../frame.ts";
import type { Frame } from "../wire.ts";

/** More than any answer has characters: JavaScript has no longer text. */
const longestText = 2 ** 30;

/** Makes the events of a response, each with its `sequence_number`. */
export interface NumberedFrames {
  /** An event; no text if the client has it already. */
  readonly frame: (type: string, fields: object) => Frame;
  /** A piece of the answer: the part of it that the client does not have. */
  readonly text: (type: string, fields: object, delta: string) => Frame;
  /** From now on there may be a text of which not every viewer knows how long it was: its numbers are left free. */
  readonly leaveRoom: () => void;
  /** Goes on behind that room. */
  readonly passRoom: () => void;
  /** No event from now on has this number or a lower one. */
  readonly goBehind: (number: number) => void;
}

/**
 * Numbers events from 0 without gaps. In an answer that streams, a piece has the number of its last character: so every
 * viewer counts alike, whether the text comes in many pieces or in one, and whoever comes back gets the rest of it.
 *
 * @param after the number of the last event that the client has
 * @param byCharacter whether the answer streams
 */
export function numberedFrames(after: number, byCharacter: boolean): NumberedFrames {
  let next = 0;
  let room = 0;

  function made(type: string, number: number, fields: object): Frame {
    return number <= after ? "" : eventFrame(type, { type, sequence_number: number, ...fields });
  }

  return {
    frame: (type, fields) => made(type, next++, fields),
    text(type, fields, delta) {
      if (!byCharacter) return made(type, next++, { ...fields, delta });
      const first = next;
      next += delta.length;
      const rest = after < first ? delta : delta.slice(after - first + 1);
      return made(type, next - 1, { ...fields, delta: rest });
    },
    leaveRoom() {
      room = next + longestText;
    },
    passRoom() {
      next = Math.max(next, room);
    },
    goBehind(number) {
      next = Math.max(next, number + 1);
    },
  };
}
