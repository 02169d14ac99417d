import { z } from "zod";
import { report } from "./field.ts";

/** The part of a transformation's context that is used here. */
interface Context {
  readonly issues: z.core.$ZodRawIssue[];
}

/** Checks part of a value with its own schema and reports problems at that part. */
export function parsePart<S extends z.ZodType>(
  schema: S,
  value: unknown,
  context: Context,
  path: readonly (string | number)[] = [],
): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    context.issues.push({ ...issue, path: [...path, ...issue.path] } as z.core.$ZodRawIssue);
  }
  return z.NEVER;
}

/**
 * A list that fails at its length limit or its first bad entry: a body of some megabytes may contain millions, and each
 * would become an issue.
 */
export function list<S extends z.ZodType>(entry: S, { min = 0, max = Infinity }: { min?: number; max?: number } = {}) {
  return z
    .unknown()
    .optional()
    .transform((value, context): z.output<S>[] => {
      if (value === undefined) report(context, "missing_required_parameter", "is missing");
      else if (!Array.isArray(value)) report(context, "invalid_type", "must be a list");
      else if (value.length < min) report(context, "invalid_value", "must not be empty");
      else if (value.length > max) report(context, "invalid_value", `must have at most ${max} entries`);
      else return entriesOf(value, entry, context);
      return z.NEVER;
    });
}

function entriesOf<S extends z.ZodType>(values: readonly unknown[], entry: S, context: Context): z.output<S>[] {
  const entries: z.output<S>[] = [];
  for (const [index, value] of values.entries()) {
    entries.push(parsePart(entry, value, context, [index]));
    if (context.issues.length > 0) return z.NEVER;
  }
  return entries;
}
