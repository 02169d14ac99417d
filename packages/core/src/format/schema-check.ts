import { createRequire } from "node:module";
import type { Ajv, ErrorObject, Options } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonSchema } from "../model/chat-request.ts";
import { hasCircle } from "./schema-circle.ts";
import { describeError } from "./violation.ts";

/**
 * What keeps a value from fitting a schema, in a few words; undefined when it fits. May take for ever, see {@link
 * compileSchema}.
 *
 * @throws RangeError when the value is nested too deep
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

/**
 * `format` is a note and no rule here, as the standard has it; unknown keywords say nothing. With `allErrors` the code
 * that ajv writes for a list of properties is a list too, and not one block inside the other, which a thousand
 * properties make too deep to compile.
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
 * Compiles the text of a schema: JSON Schema 2020-12, or draft 7 where its `$schema` names that or an older one.
 * References reach only inside the schema; nothing is fetched. Compiling and checking take what time and memory the
 * schema's author likes: only for a thread that can be killed.
 *
 * @throws Error whose message says why the schema cannot be used
 */
export function compileSchema(text: string): SchemaCheck {
  // `$async` is a keyword of ajv's own that would turn the check into a promise.
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

/** The compiler ran into a limit of the machine it runs on, not into one of the standard. */
function reasonOf({ message }: RangeError, schema: unknown): string {
  if (!message.includes("call stack")) return `it is too large to compile (${message})`;
  return hasCircle(schema)
    ? "its references go round in circles"
    : "it has too many parts inside or behind each other to compile";
}

const load = createRequire(import.meta.url);

/** Loaded by the first schema: many workers see one dialect only. */
function compilerFor(dialect: unknown): typeof Ajv | typeof Ajv2020 {
  return typeof dialect === "string" && /\/draft-0[1-7]\//.test(dialect)
    ? (load("ajv") as { Ajv: typeof Ajv }).Ajv
    : (load("ajv/dist/2020.js") as { Ajv2020: typeof Ajv2020 }).Ajv2020;
}
