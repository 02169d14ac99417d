import { MassgenError } from "@massgen/core/model";

/** HTTP headers to add to every request. */
export type HeaderFields = Readonly<Record<string, string>>;

/** Headers that say how a request is framed. The HTTP client writes them. */
const framing = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "expect",
  "proxy-authorization",
  "proxy-connection",
]);

/**
 * The option `default_headers`: a mapping of names to texts. An error about a header does not show its value.
 * @throws MassgenError `configuration`
 */
export function headersOption(type: string, value: unknown): HeaderFields {
  if (value === undefined) return {};
  const fields = objectOption(type, "default_headers", value);
  for (const [name, text] of Object.entries(fields)) {
    if (typeof text !== "string") throw wrong(type, `default_headers.${name}`, "a text");
    const problem = isHeader(name, text) ? undefined : "is no valid HTTP header";
    const own = framing.has(name.toLowerCase()) ? "belongs to the connection and cannot be set" : problem;
    if (own !== undefined) throw new MassgenError("configuration", `backend ${type}: default_headers.${name} ${own}`);
  }
  return fields as HeaderFields;
}

/** Merges headers. Configured ones win; upper and lower case are the same. */
export function mergedHeaders(own: HeaderFields, configured: HeaderFields): HeaderFields {
  const headers = new Headers(own);
  for (const [name, value] of Object.entries(configured)) headers.set(name, value);
  return Object.fromEntries(headers);
}

function isHeader(name: string, text: string): boolean {
  try {
    // The second pattern has what HTTP clients refuse in addition.
    return new Headers([[name, text]]).has(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(text);
  } catch {
    return false;
  }
}

/**
 * An option that holds a mapping. An absent one counts as empty.
 * @throws MassgenError `configuration`
 */
export function objectOption(type: string, name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(type, name, "a mapping");
  return value as Readonly<Record<string, unknown>>;
}

/**
 * An option that holds a text.
 * @throws MassgenError `configuration`
 */
export function textOption(type: string, name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value === "" ? undefined : value;
  throw wrong(type, name, "a text");
}

/**
 * An option that holds a number that is not negative.
 * @throws MassgenError `configuration`
 */
export function numberOption(type: string, name: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === "number" && value >= 0)) return value;
  throw wrong(type, name, "a number, 0 or more");
}

/**
 * The option `api` of a type that has one API only.
 * @throws MassgenError `configuration` when it is given
 */
export function refuseApi(type: string, value: unknown): void {
  if (value === undefined || value === null) return;
  throw new MassgenError("configuration", `backend ${type}: api cannot be chosen: this type has one API; remove it`);
}

function wrong(type: string, name: string, expected: string): MassgenError {
  return new MassgenError("configuration", `backend ${type}: ${name} must be ${expected}`);
}
