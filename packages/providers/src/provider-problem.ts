import { contractVersion } from "@massgen/core/model";

/** The fields of a Provider, as a hint for whoever wrote something else. */
export const providerShape = "{ contract, type, apiKey, baseUrl, createModel }";

/**
 * What keeps a value from being a Provider, naming the field and what it must be; undefined when it is one. For values that come from
 * elsewhere: a package that a configuration names, or JavaScript without types.
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

function contractProblem(version: unknown): string | undefined {
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
