import { listOf, objectOf, textOf } from "@massgen/provider-kit/parts";
import type { JsonObject } from "@massgen/provider-kit/wire";
import { found, type Phrase } from "./refusal.ts";
import type { Lesson } from "./remedy.ts";

/** A list of the words that are accepted for `tool_choice`. */
const choiceWords: Phrase = {
  first: /values?|one of|expected|input should be|must be|allowed|permitted|available/gi,
  next: /^[^.]*?\b(required|any)\b/i,
  within: 100,
};

/** The service has another word for a forced `tool_choice`, and no object form. For both of OpenAI's wires. */
export const choiceWord: Lesson = {
  about: ["tools", "forced"],
  names: ({ says, param }) => /tool[_ ]?choice/i.test(`${says} ${param}`),
  read(refusal, { own }) {
    const sent = own["tool_choice"];
    const word = found(refusal.says, choiceWords)?.[1]?.toLowerCase();
    if (word === undefined || word === sent || !choiceWord.names(refusal, { request: { messages: [] }, own }))
      return undefined;
    if (sent !== "required" && sent !== "any" && objectOf(sent) === undefined) return undefined;
    if (/thinking|reasoning/i.test(refusal.says)) return undefined;
    return { name: `tool_choice ${word}`, body: (body) => forcedBy(word, body) };
  },
};

function forcedBy(word: string, own: JsonObject): JsonObject {
  const choice = own["tool_choice"];
  if (choice === "required" || choice === "any") return { ...own, tool_choice: word };
  const name = nameIn(choice);
  if (name === undefined) return own;
  return { ...own, tools: listOf(own["tools"]).filter((tool) => nameIn(tool) === name), tool_choice: word };
}

/** The name in a tool or a choice: chat completions have it in `function`. */
function nameIn(value: unknown): string | undefined {
  const object = objectOf(value) ?? {};
  return textOf((objectOf(object["function"]) ?? object)["name"]);
}
