import type { CliContext } from "../context.ts";
import { asTyped } from "../terminal/as-typed.ts";
import type { LocalServices } from "./local-services.ts";

/** For a server that has no models yet: how to use those of the local servers that answered. Empty where none has any. */
export function localLines(
  { found }: Pick<LocalServices, "found">,
  context: Pick<CliContext, "env">,
): readonly string[] {
  return found
    .filter(({ models }) => models.length > 0)
    .map(({ title, address, models }) => {
      const count = models.length === 1 ? "1 model" : `${models.length} models`;
      return `${title} answers at ${address} with ${count}: ${asTyped("init", context)} makes a team of ${models.length === 1 ? "it" : "them"}.`;
    });
}
