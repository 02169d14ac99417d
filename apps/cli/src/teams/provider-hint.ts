import { ambiguousTypes } from "@massgen/providers";

/** The most characters of a model's name that a message repeats: names come from clients. */
const shownCharacters = 100;

/** A model's name as messages show it. */
export function shownModelName(name: string): string {
  return name.length > shownCharacters ? `${name.slice(0, shownCharacters)}...` : name;
}

/** How to write a model's name that does not identify its provider, in one sentence. */
export function providerHint(name: string): string {
  const shown = shownModelName(name);
  const types = ambiguousTypes(name);
  if (types.length === 0)
    return `The name "${shown}" does not identify its provider: write it as type/model, such as groq/${shown}.`;
  const ways = types.map((type) => `${type}/${shown}`);
  return `Several services have models named "${shown}": write it as type/model, such as ${ways.slice(0, -1).join(", ")} or ${ways.at(-1)}.`;
}
