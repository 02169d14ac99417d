import { createRequire } from "node:module";
import type { Ajv, ErrorObject, Options } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonSchema } from "../model/chat-request.ts";
import { hasCircle } from "./schema-circle.ts";
import { describeError } from "./violation.ts";

/**
 * Why a value does not fit a schema, in a few words; undefined when it fits. May never return, see {@link
 * compileSchema}.
 *
 * @throws RangeError when the value is nested too deep
 */
export type SchemaCheck = (value: unknown) => string | undefined;

type RegExpEngine = NonNullable<NonNullable<Options["code"]>["regExp"]>;

/** The standard asks for Unicode mode; patterns written for other languages often work only without it. */
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

/**
 * `format` only annotates and unknown keywords are ignored, as in the standard. With `allErrors`, ajv writes the checks
 * of properties one after the other instead of nesting them, so that a thousand properties still compile.
 */
const options: Options = {
  strict: false,
  validateFormats: false,
  ownProperties: true,
  inlineRefs: false,
  allErrors: true,
  logger: false,
  code: { optimize: false, regExp },
};

/**
 * Compiles the text of a schema: JSON Schema 2020-12, or draft 7 if `$schema` names that or an older draft. References
 * work only inside the schema; nothing is fetched. The author of a schema decides how much time and memory it takes, so
 * run this only in a thread that can be killed.
 *
 * @throws Error whose message says why the schema cannot be used
 */
export function compileSchema(text: string): SchemaCheck {
  // `$async` is ajv's own keyword, which would turn the check into a promise.
  const { $schema: dialect, $async: _, ...schema } = JSON.parse(text) as JsonSchema;
  const Compiler = compilerFor(dialect);
  try {
    const validate = new Compiler(options).compile(schema);
    return (value) => (validate(value) ? undefined : describeError(validate.errors?.[0] as ErrorObject));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(reasonOf(error, schema), { cause: error });
  }
}

/** Whether the compiler hit a limit of this machine, not one of the standard. */
function reasonOf({ message }: RangeError, schema: unknown): string {
  if (!message.includes("call stack")) return `it is too large to compile (${message})`;
  return hasCircle(schema)
    ? "its references go round in circles"
    : "it has too many parts inside or behind each other to compile";
}

const load = createRequire(import.meta.url);

/** Loaded with the first schema, since many workers see only one dialect. */
function compilerFor(dialect: unknown): typeof Ajv | typeof Ajv2020 {
  return typeof dialect === "string" && /\/draft-0[1-7]\//.test(dialect)
    ? (load("ajv") as { Ajv: typeof Ajv }).Ajv
    : (load("ajv/dist/2020.js") as { Ajv2020: typeof Ajv2020 }).Ajv2020;
}
