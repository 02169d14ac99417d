import { serveJobs } from "../worker/serve-jobs.ts";
import { type SchemaCheck, compileSchema } from "./schema-check.ts";
import type { SchemaJob, SchemaVerdict } from "./schema-job.ts";
import { violationText } from "./violation.ts";

const maxEntries = 32;

/** Compiled schemas by their text, the one used last at the end. Clients send the same few again and again. */
const compiled = new Map<string, SchemaCheck>();

serveJobs(({ schema, answer }: SchemaJob, step): SchemaVerdict => {
  let check: SchemaCheck;
  try {
    check = checkFor(schema);
  } catch (error) {
    return { unusable: violationText(error instanceof Error ? error.message : "it cannot be read") };
  }
  if (answer === undefined) return {};
  step();
  const violation = violationOf(answer, check);
  return violation === undefined ? {} : { violation: violationText(violation) };
});

function checkFor(text: string): SchemaCheck {
  const check = compiled.get(text) ?? compileSchema(text);
  compiled.delete(text);
  compiled.set(text, check);
  const [oldest] = compiled.keys();
  if (compiled.size > maxEntries && oldest !== undefined) compiled.delete(oldest);
  return check;
}

function violationOf(answer: string, check: SchemaCheck): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch (error) {
    return `it is not JSON: ${error instanceof Error ? error.message : "unreadable"}`;
  }
  try {
    return check(value);
  } catch (error) {
    if (error instanceof RangeError) return "the JSON is nested too deep";
    return `it cannot be checked: ${error instanceof Error ? error.message : "the check broke"}`;
  }
}
