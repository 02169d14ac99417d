/** Names under which people write keys. */
const secretName = /auth|key|token|secret|cookie|password/i;

/** Values that no message may show: texts under the name of a key, wherever in a backend's options they stand. */
export function secretsInOptions(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === "string") return secretName.test(name) ? [value.replace(/^Bearer\s+/i, "")] : [];
    return typeof value === "object" && value !== null ? secretsInOptions({ ...value }) : [];
  });
}

/** The same for an address: what stands before its host and in its query. */
export function secretsInAddress(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { username, password, searchParams } = new URL(address);
  return [decoded(username), decoded(password), ...searchParams.values()].filter((text) => text !== "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
