import { z } from "zod";

/** What a custom issue says besides its message; the code goes to the client. */
export interface IssueParams {
  readonly code: "unsupported_parameter" | "invalid_type" | "invalid_value" | "missing_required_parameter";
}

/** Where the checks of this folder report what they find. */
export interface IssueSink {
  addIssue: (issue: {
    code: "custom";
    message: string;
    path?: PropertyKey[];
    params?: Record<string, unknown>;
    input?: unknown;
  }) => void;
}

/** Reports one problem. `message` reads on after the field's name: "must be ...". */
export function report(
  sink: IssueSink,
  code: IssueParams["code"],
  message: string,
  path: readonly (string | number)[] = [],
): void {
  sink.addIssue({ code: "custom", message, path: [...path], params: { code } satisfies IssueParams });
}

const notYet = "is not supported yet";

/**
 * A field that means something this server cannot do: refused by name, unless its value asks for nothing.
 * `harmless` gets values other than null and absent.
 */
export function refused(harmless: (value: unknown) => boolean, message = notYet) {
  return z.unknown().superRefine((value, context) => {
    if (value === undefined || value === null || harmless(value)) return;
    report(context, "unsupported_parameter", message);
  });
}

/** A field of the right type whose value may still be one that is refused. */
export function unlessRefused<T extends z.ZodType>(
  type: T,
  isRefused: (value: z.output<T>) => boolean,
  message = notYet,
) {
  return type.superRefine((value, context) => {
    if (isRefused(value)) report(context, "unsupported_parameter", message);
  });
}

export const never = (): boolean => false;

/** Whether a value is a list or an object without entries. */
export function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
