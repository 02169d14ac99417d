import { objectsIn, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";

/** What stands between two messages, or two parts of reasoning, of one answer. */
export const partBreak = "\n\n";

/** Words of a message; a refusal is one in place of an answer. */
export interface ItemWords {
  readonly text: string;
  readonly refusal: boolean;
}

/** The words of a whole message; none in other items. */
export function wordsIn(item: JsonObject): readonly ItemWords[] {
  if (item["type"] !== "message") return [];
  const sole = textOf(item["content"]);
  if (sole !== undefined) return [{ text: sole, refusal: false }];
  return objectsIn(item["content"]).flatMap((part) => {
    const refusal = textOf(part["refusal"]);
    const text = refusal ?? textOf(part["text"]);
    return text === undefined ? [] : [{ text, refusal: refusal !== undefined }];
  });
}

/** The parts of a whole piece of reasoning: its summary, or where there is none, its text. */
export function reasoningIn(item: JsonObject): readonly string[] {
  const summary = textsIn(item["summary"]);
  return summary.length > 0 ? summary : textsIn(item["content"]);
}

function textsIn(parts: unknown): readonly string[] {
  return objectsIn(parts).flatMap((part) => textOf(part["text"]) ?? []);
}
