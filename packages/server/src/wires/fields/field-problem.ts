import type { z } from "zod";
import type { IssueParams } from "./field.ts";

/** A problem with one field of a request. */
export interface FieldProblem {
  readonly message: string;
  /** The path of the field, such as `messages[0].content`. */
  readonly param: string;
  readonly code: IssueParams["code"];
}

/** A problem found outside a schema. `complaint` continues after the field's name: "must be ...". */
export function fieldProblem(
  path: readonly PropertyKey[],
  complaint: string,
  code: IssueParams["code"] = "invalid_value",
): FieldProblem {
  const param = fieldPath(path);
  return { message: `'${param}' ${complaint}.`, param, code };
}

/** The first of these issues, with a note if there are more. `issues` must not be empty. */
export function firstProblem(issues: readonly z.core.$ZodIssue[]): FieldProblem {
  const [first, ...others] = issues;
  if (first === undefined) throw new TypeError("A failed check without an issue.");
  const rest =
    others.length === 0 ? "" : ` (and ${others.length} more ${others.length === 1 ? "problem" : "problems"})`;
  return fieldProblem(first.path, complaint(first) + rest, codeOf(first));
}

const longestStep = 64;

/** A step may be a key of any length that the client made up. */
function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step).slice(0, longestStep)}`,
    )
    .join("");
}

function codeOf(issue: z.core.$ZodIssue): IssueParams["code"] {
  if (issue.code === "custom") return (issue.params as IssueParams | undefined)?.code ?? "invalid_value";
  if (issue.code !== "invalid_union" && issue.input === undefined) return "missing_required_parameter";
  return issue.code === "invalid_type" ? "invalid_type" : "invalid_value";
}

/** Continues after the field's name. */
function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is missing";
      // JSON can express numbers that do not fit a double.
      if (issue.input === Infinity || issue.input === -Infinity) return "is out of range";
      if (issue.expected === "int" && typeof issue.input === "number") return "must be a whole number";
      return `must be ${named(issue.expected)}, not ${named(typeName(issue.input))}`;
    case "too_big":
      return `must ${sizeVerb(issue.origin)} at most ${issue.maximum}${sizeUnit(issue.origin)}`;
    case "too_small":
      if (issue.origin === "array" || issue.origin === "string") return "must not be empty";
      return `must be at least ${issue.minimum}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "invalid_key":
      return "has too long a name";
    case "custom":
    case "invalid_union":
    case "invalid_format":
    case "invalid_element":
    case "not_multiple_of":
    case "unrecognized_keys":
      return issue.message;
  }
}

function sizeVerb(origin: string): string {
  return origin === "array" || origin === "string" ? "have" : "be";
}

function sizeUnit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}

function named(type: string): string {
  switch (type) {
    case "int":
      return "a whole number";
    case "array":
      return "a list";
    case "record":
    case "object":
      return "an object";
    case "null":
      return "null";
    default:
      return `a ${type}`;
  }
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
