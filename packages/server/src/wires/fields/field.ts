import { z } from "zod";

/** A custom issue's data besides its message; the client gets the code. */
export interface IssueParams {
  readonly code: "unsupported_parameter" | "invalid_type" | "invalid_value" | "missing_required_parameter";
}

/** Receives the problems that the checks in this folder find. */
export interface IssueSink {
  addIssue: (issue: {
    code: "custom";
    message: string;
    path?: PropertyKey[];
    params?: Record<string, unknown>;
    input?: unknown;
  }) => void;
}

/** Reports one problem. `message` continues after the field's name: "must be ...". */
export function report(
  sink: IssueSink,
  code: IssueParams["code"],
  message: string,
  path: readonly (string | number)[] = [],
): void {
  sink.addIssue({ code: "custom", message, path: [...path], params: { code } satisfies IssueParams });
}

/** The name of a function or a schema. */
export const plainName = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, { error: "must be 1 to 64 letters, digits, underscores and dashes" });

/**
 * A field of any type for a feature that this server lacks: refused, unless its value asks for nothing. `harmless` gets
 * all values but null and absent ones.
 */
export function unsupported(message: string, harmless: (value: unknown) => boolean = () => false) {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined || value === null || harmless(value)) return;
      report(context, "unsupported_parameter", message);
    })
    .optional();
}

/** A field of the right type with a value that may be unsupported. */
export function unlessUnsupported<T extends z.ZodType>(
  type: T,
  isUnsupported: (value: z.output<T>) => boolean,
  message: string,
) {
  return type.superRefine((value, context) => {
    if (isUnsupported(value)) report(context, "unsupported_parameter", message);
  });
}

/** Whether a value is a list or an object without entries. */
export function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const longestQuote = 64;

/** A client's value, shortened for a message. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  const text = String(value);
  return `'${text.length > longestQuote ? `${text.slice(0, longestQuote)}...` : text}'`;
}
