/** Field names under which people write keys. */
const secretName = /auth|key|token|secret|cookie|passw|pwd|passphrase|credential|signature/i;

/**
 * Fields of a backend whose texts are not secret, unless their name is that of a key. In addresses, what they carry is.
 */
const plainFields = new Set(["ca_file", "proxy"]);

/** Headers whose values are not secret: content negotiation, and what a client says about itself. */
const publicHeader =
  /^(?:accept(?:-\w+)?|content-type|user-agent|(?:http-)?referer|origin|x-title|(?:anthropic|openai)-(?:version|beta))$/i;

/**
 * Finds the values among a backend's options that no text may show: header values, values at any depth of `extra_body`
 * and of fields that its provider does not know, and everything under the name of a key. `isSecret` later sorts out
 * values that do not look like secrets.
 *
 * @param known the fields that the provider knows
 */
export function secretsInOptions(
  options: Readonly<Record<string, unknown>>,
  known: readonly string[] = [],
): readonly string[] {
  const found: string[] = [];
  const knownNames = new Set(known);
  for (const [name, value] of Object.entries(options)) {
    const free =
      name === "default_headers" || name === "extra_body" || !(knownNames.has(name) || plainFields.has(name));
    collect(value, name, free, found);
    if (name === "proxy" && typeof value === "string") found.push(...secretsInAddress(value));
  }
  return found;
}

/** @param free whether every text counts, whatever its field is called */
function collect(root: unknown, rootName: string, rootFree: boolean, found: string[]): void {
  // Iterative, because a configuration may be nested deeper than the stack.
  const open: { readonly value: unknown; readonly name: string; readonly free: boolean }[] = [
    { value: root, name: rootName, free: rootFree },
  ];
  const seen = new Set<unknown>();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, name, free } = at;
    const called = secretName.test(name);
    if (typeof value === "string") {
      if ((free || called) && !isPlain(name, value, rootName === "default_headers")) found.push(...valuesIn(value));
    } else if (typeof value === "object" && value !== null && !seen.has(value)) {
      seen.add(value);
      for (const [key, inner] of Object.entries(value)) {
        open.push({ value: inner, name: Array.isArray(value) ? name : key, free });
      }
    }
  }
}

/**
 * What many settings look like and no key does: words joined by underscores (`json_object`, `BLOCK_ONLY_HIGH`), media
 * types (`application/json`), the address of a schema's language.
 */
const setting =
  /^(?:[a-z]+(?:_[a-z]+)+|[A-Z]+(?:_[A-Z]+)+|(?:application|audio|image|text|video)\/[a-z\d.+-]{1,40}|https?:\/\/json-schema\.org\/[\w/.-]{1,60}#?)$/;

/** Whether a value need not be hidden, judged by its field and by its form. */
function isPlain(name: string, value: string, isHeader: boolean): boolean {
  if (isHeader) return publicHeader.test(name);
  return /^models?$/.test(name) || (!secretName.test(name) && setting.test(value));
}

/**
 * A value and the secrets inside it: the key behind `Bearer`, name and password behind `Basic`, the parts of a cookie,
 * what an address carries.
 */
function valuesIn(value: string): readonly string[] {
  if (/^https?:/i.test(value)) return [value, ...secretsInAddress(value)];
  const scheme = /^([A-Za-z]{1,20}) +(\S+)$/.exec(value.trim());
  if (scheme !== null) {
    const [, name = "", credentials = ""] = scheme;
    return [value, credentials, ...(name.toLowerCase() === "basic" ? partsOf(atobOf(credentials)) : [])];
  }
  return isListOfWords(value) ? [value, ...partsOf(value)] : [value];
}

/** Whether a value has the form `a=1; b=2`, as opposed to prose. */
function isListOfWords(value: string): boolean {
  return /[;=]/.test(value) && value.split(";").every((part) => !/\s/.test(part.trim()));
}

/** The values of `a=1; b=2`, and both sides of `name:password`. */
function partsOf(text: string): readonly string[] {
  return text.split(";").flatMap((part) => {
    const at = part.search(/[=:]/);
    return at < 0 ? [part] : [part.slice(at + 1)];
  });
}

function atobOf(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}

/** Finds the secrets in an address: user information and query values, both as written and decoded. */
export function secretsInAddress(address: string): readonly string[] {
  const url = URL.parse(address);
  if (url === null) return [];
  const values = url.search
    .slice(1)
    .split("&")
    .map((pair) => pair.slice(pair.indexOf("=") + 1));
  const written = [url.username, url.password, ...values];
  return [...new Set([...written, ...written.map(decoded), ...url.searchParams.values()])].filter(
    (text) => text !== "",
  );
}

/**
 * Finds the secrets in the value of an environment variable that a configuration uses: a key is one word, perhaps
 * behind the name of a scheme; of an address, what it carries.
 */
export function secretsInVariable(value: string): readonly string[] {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(value)) return secretsInAddress(value);
  return /^(?:[A-Za-z]{1,20} +)?\S+$/.test(value.trim()) ? valuesIn(value) : [];
}

/** Finds the secrets in the proxy addresses of an environment. */
export function secretsInEnvironment(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return names.flatMap((name) => secretsInAddress(env[name] ?? ""));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
