import { MassgenError } from "@massgen/core";

/** The forms of a service's name in a package for it. */
export interface ProviderName {
  /** `massgen-provider-my-service`: the package, and its folder. */
  readonly packageName: string;
  /** `my-service` */
  readonly kebab: string;
  /** `my_service`: the word for `type` in a configuration. */
  readonly type: string;
  /** `myService`: the constant that is exported. */
  readonly constant: string;
  /** `MY_SERVICE`: how the names of variables begin. */
  readonly variable: string;
  /** `My Service` */
  readonly title: string;
}

const longest = 40;

/** Words that no constant can be called, as far as they could be the name of a service. */
const reserved = new Set(
  "await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected provider public return static super switch this throw true try typeof undefined var void while with yield".split(
    " ",
  ),
);

/**
 * Reads the name of a service, such as `acme` or `my-service`.
 * @param taken types that MassGen has already
 * @throws MassgenError `configuration` for a name of which no package can be made, saying which would do
 */
export function providerName(written: string, taken: readonly string[]): ProviderName {
  const refuse = (problem: string): MassgenError => {
    const shown = JSON.stringify(written.slice(0, longest + 20));
    return new MassgenError("configuration", `${shown} cannot be the name of a provider: ${problem}`);
  };
  const inside = /^(?:@[\w.-]+\/)?massgen-provider-(.+)$/.exec(written.slice(0, 200))?.[1];
  if (inside !== undefined) throw refuse(`give the name of the service alone: ${inside}`);
  if (written.length > longest) throw refuse(`it has more than ${longest} characters`);
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(written)) {
    throw refuse("it must be lower-case letters and digits, in words joined by -, such as acme or my-service");
  }
  const words = written.split("-");
  const type = words.join("_");
  if (taken.includes(type)) throw refuse(`MassGen has this type already. Its own types: ${taken.join(", ")}`);
  if (reserved.has(written)) throw refuse("it is a word of JavaScript, or one that the files use");
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  return {
    packageName: `massgen-provider-${written}`,
    kebab: written,
    type,
    constant: words.map((word, at) => (at === 0 ? word : capital(word))).join(""),
    variable: type.toUpperCase(),
    title: words.map(capital).join(" "),
  };
}
