import { readFileSync } from "node:fs";
import { Ajv } from "ajv";

/** One event of a streamed response. */
export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly [field: string]: unknown;
}

const schemas = JSON.parse(readFileSync(new URL("fixtures/responses-schemas.json", import.meta.url), "utf8")) as {
  readonly $defs: Readonly<Record<string, { readonly properties?: { readonly type?: { readonly enum?: string[] } } }>>;
};

// OpenAI's file uses words of OpenAPI beside those of JSON Schema.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, discriminator: false });
ajv.addSchema(schemas, "openai");

/** The names of the schemas of events, by the types of these. */
const events = new Map(
  Object.entries(schemas.$defs).flatMap(([name, { properties }]) =>
    name.endsWith("Event") ? (properties?.type?.enum ?? []).map((type) => [type, name] as const) : [],
  ),
);

/**
 * Checks a value against a schema of OpenAI's own file.
 * @throws TypeError naming every deviation, and the value
 */
export function checkOpenaiShape(name: string, value: unknown): void {
  const check = ajv.getSchema(`openai#/$defs/${name}`);
  if (check === undefined) throw new TypeError(`There is no schema ${name}.`);
  if (check(value) === true) return;
  const deviations = (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join("\n");
  throw new TypeError(`Not a ${name}:\n${deviations}\n${JSON.stringify(value).slice(0, 2000)}`);
}

/**
 * Reads a streamed response: each event stands under its own name and is as OpenAI's file describes it, their numbers
 * have no gaps, and `[DONE]` is the end.
 * @param numbers `rising` for an answer whose pieces are numbered by their last characters
 * @throws TypeError where that is not so
 */
export function readResponseEvents(
  stream: string,
  numbers: "gapless" | "rising" = "gapless",
): readonly ResponseEvent[] {
  const frames = stream.split("\n\n").filter((frame) => frame !== "" && !/^(?::.*\n?)+$/.test(frame));
  const last = frames.pop();
  if (last !== "data: [DONE]") throw new TypeError(`The stream ends with ${JSON.stringify(last)}.`);
  let next = 0;
  return frames.map((frame) => {
    const [, name, data] = /^(?::.*\n)*event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
    if (data === undefined) throw new TypeError(`No event: ${JSON.stringify(frame)}`);
    const event = JSON.parse(data) as ResponseEvent;
    if (event.type !== name) throw new TypeError(`An event ${event.type} under the name ${name}.`);
    const { sequence_number: number } = event;
    if (numbers === "gapless" ? number !== next : number < next) {
      throw new TypeError(`An event has the number ${number}, where ${next} is due.`);
    }
    next = number + 1;
    const schema = events.get(event.type);
    if (schema === undefined) throw new TypeError(`OpenAI has no event ${event.type}.`);
    checkOpenaiShape(schema, event);
    return event;
  });
}
