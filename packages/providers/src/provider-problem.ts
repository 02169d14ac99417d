import { contractVersion, type Provider } from "@massgen/core/model";
import { fieldOf } from "@massgen/provider-kit/parts";

/** The most entries of a list in a provider. */
const mostNames = 1000;

/** The fields of a Provider, for messages about something that is none. */
export const providerShape = "{ contract, type, apiKey, baseUrl, createModel }";

/**
 * Makes a provider of an unchecked value. Each field is read once, so that what was checked is what is used later. Or
 * says what is wrong with it, see {@link providerProblem}.
 */
export function checkedProvider(value: unknown): { readonly provider: Provider } | { readonly problem: string } {
  let copy = value;
  try {
    if (isObject(value)) copy = copyOf(value);
  } catch {
    return { problem: "cannot be read: one of its fields throws" };
  }
  const problem = providerProblem(copy);
  if (problem !== undefined) return { problem };
  const { createModel, ...fields } = copy as Provider;
  return { provider: { ...fields, createModel: (settings, context) => createModel.call(value, settings, context) } };
}

function copyOf(value: object): Readonly<Record<string, unknown>> {
  const list = (of: unknown, name: string): unknown => {
    const items = fieldOf(of, name);
    return Array.isArray(items)
      ? Array.from({ length: Math.min(items.length, mostNames) }, (_, at) => fieldOf(items, at))
      : items;
  };
  const apiKey = fieldOf(value, "apiKey");
  const baseUrl = fieldOf(value, "baseUrl");
  const fields = {
    contract: fieldOf(value, "contract"),
    type: fieldOf(value, "type"),
    aliases: list(value, "aliases"),
    apiKey: isObject(apiKey) ? { variables: list(apiKey, "variables"), required: fieldOf(apiKey, "required") } : apiKey,
    baseUrl: isObject(baseUrl)
      ? { variables: list(baseUrl, "variables"), default: fieldOf(baseUrl, "default") }
      : baseUrl,
    optionNames: list(value, "optionNames"),
    createModel: fieldOf(value, "createModel"),
  };
  return withoutUndefined({
    ...fields,
    ...(isObject(fields.baseUrl) && { baseUrl: withoutUndefined(fields.baseUrl) }),
  });
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined));
}

/**
 * What keeps a value from being a Provider, naming the field and what it must be; undefined when it is one. For values
 * from outside: a package that a configuration names, or untyped JavaScript.
 */
export function providerProblem(value: unknown): string | undefined {
  if (!isObject(value)) return `is no provider: a provider is an object ${providerShape}`;
  const contract = contractProblem(value["contract"]);
  if (contract !== undefined) return contract;
  const { type, aliases, apiKey, baseUrl, optionNames, createModel } = value;
  if (!isWord(type)) return mustBe("type", wordRule);
  if (aliases !== undefined && !isListOf(aliases, isWord)) return mustBe("aliases", `a list; each ${wordRule}`);
  if (!isObject(apiKey) || !isListOf(apiKey["variables"], isText) || typeof apiKey["required"] !== "boolean") {
    return mustBe("apiKey", "{ variables, required }: a list of environment variables, and true or false");
  }
  if (apiKey["required"] && apiKey["variables"].length === 0) {
    return mustBe("apiKey.variables", "the names of the variables that may hold the required key");
  }
  if (!isObject(baseUrl) || !isListOf(baseUrl["variables"], isText) || !isOptional(baseUrl["default"], isAddress)) {
    return mustBe(
      "baseUrl",
      "{ variables, default }: a list of environment variables, and an http(s) address or nothing",
    );
  }
  if (!isOptional(optionNames, (names) => isListOf(names, isText))) return mustBe("optionNames", "a list of texts");
  return typeof createModel === "function" ? undefined : mustBe("createModel", "a function");
}

/**
 * What is wrong with the `contract` of a provider or of a model, undefined where it is ours. Continues a sentence that
 * begins with a name.
 */
export function contractProblem(version: unknown): string | undefined {
  if (version === contractVersion) return undefined;
  const ours = `this massgen speaks version ${contractVersion}`;
  if (typeof version !== "number")
    return `has no \`contract\`: it must be the number of the contract's version (${ours})`;
  const advice = version > contractVersion ? "a newer massgen" : "a newer version of the provider";
  return `is written for version ${version} of the provider contract, and ${ours}: install ${advice}`;
}

const wordRule = "a word of lower-case letters, digits, - and _, as it is written in the configuration";

function mustBe(field: string, rule: string): string {
  return `has a wrong \`${field}\`: it must be ${rule}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isItem);
}

function isOptional(value: unknown, isGood: (value: unknown) => boolean): boolean {
  return value === undefined || isGood(value);
}

function isWord(value: unknown): boolean {
  return typeof value === "string" && /^[a-z][a-z0-9_-]*$/.test(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function isAddress(value: unknown): boolean {
  return typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}
