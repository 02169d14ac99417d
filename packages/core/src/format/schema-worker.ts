import { serveJobs } from "../worker/serve-jobs.ts";
import { type SchemaCheck, compileSchema } from "./schema-check.ts";
import type { SchemaJob, SchemaVerdict } from "./schema-job.ts";
import { violationText } from "./violation.ts";

/** The total length of the schemas that stay compiled, in characters; each takes some 40 bytes of memory. */
const maxKeptChars = 1_000_000;
/** The most schemas that stay compiled: small ones take memory too. */
const maxKept = 200;

/** Compiled schemas by their text; the most recently used is last. Clients keep sending the same few. */
const compiled = new Map<string, SchemaCheck>();
let keptChars = 0;

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
  if (!compiled.delete(text)) keptChars += text.length;
  compiled.set(text, check);
  for (const oldest of compiled.keys()) {
    if (keptChars <= maxKeptChars && compiled.size <= maxKept) break;
    compiled.delete(oldest);
    keptChars -= oldest.length;
  }
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
