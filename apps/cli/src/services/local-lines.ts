import type { LocalServices } from "./local-services.ts";

/** For whoever serves no models yet: how to use those of local servers that answered. Empty where none has any. */
export function localLines({ found }: Pick<LocalServices, "found">): readonly string[] {
  return found
    .filter(({ models }) => models.length > 0)
    .map(({ title, address, models }) => {
      const count = models.length === 1 ? "1 model" : `${models.length} models`;
      return `${title} answers at ${address} with ${count}: massgen init makes a team of ${models.length === 1 ? "it" : "them"}. (From a checkout: npm start -- init)`;
    });
}
