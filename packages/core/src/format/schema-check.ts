import { createRequire } from "node:module";
import type { Ajv, ErrorObject, Options, ValidateFunction } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonSchema } from "../model/chat-request.ts";
import { timeBoxed } from "./time-box.ts";
import { describeError } from "./violation.ts";

const compileLimitMs = 2000;
const checkLimitMs = 250;

/**
 * What keeps a value from fitting a schema, in a few words; undefined when it fits.
 *
 * @throws TimeBoxError when that takes too long to find out, RangeError when the value is nested too deep
 */
export type SchemaCheck = (value: unknown) => string | undefined;

type RegExpEngine = NonNullable<NonNullable<Options["code"]>["regExp"]>;

/** Unicode mode is the standard's; patterns made for other languages often know it only without. */
const regExp: RegExpEngine = Object.assign(
  (pattern: string, flags: string): RegExp => {
    try {
      return new RegExp(pattern, flags);
    } catch {
      return new RegExp(pattern);
    }
  },
  { code: "new RegExp" },
);

/** `format` is a note and no rule here, as the standard has it; unknown keywords say nothing. */
const options: Options = {
  strict: false,
  validateFormats: false,
  ownProperties: true,
  inlineRefs: false,
  logger: false,
  code: { optimize: false, regExp },
};

/**
 * Compiles a schema: JSON Schema 2020-12, or draft 7 where its `$schema` names that or an older one. References reach only inside the
 * schema; nothing is fetched.
 *
 * @throws Error when it is no schema, RangeError or TimeBoxError when it is too deep or too large to compile
 */
export function compileSchema(schema: JsonSchema): SchemaCheck {
  // `$async` is a keyword of ajv's own that would turn the check into a promise.
  const { $schema: dialect, $async: _, ...rest } = schema;
  const Compiler = compilerFor(dialect);
  const validate: ValidateFunction = timeBoxed(compileLimitMs, () => new Compiler(options).compile(rest));
  return (value) => {
    if (timeBoxed(checkLimitMs, () => validate(value))) return undefined;
    return describeError(validate.errors?.[0] as ErrorObject);
  };
}

const load = createRequire(import.meta.url);

/** Loaded by the first schema: who never asks for a format does not pay for it. */
function compilerFor(dialect: unknown): typeof Ajv | typeof Ajv2020 {
  return typeof dialect === "string" && /\/draft-0[1-7]\//.test(dialect)
    ? (load("ajv") as { Ajv: typeof Ajv }).Ajv
    : (load("ajv/dist/2020.js") as { Ajv2020: typeof Ajv2020 }).Ajv2020;
}
