import type { ResponseFormat } from "@massgen/core/model";
import { z } from "zod";
import { isObject, plainName } from "../fields/field.ts";
import { jsonSchema } from "../fields/json-schema.ts";

/** The name of a schema without one. */
const unnamed = "response";

const described = z.object({
  name: plainName.nullish(),
  description: z.string().nullish(),
  schema: jsonSchema.nullish(),
  strict: z.boolean().nullish(),
});

/**
 * Converts the format for the run. A `json_schema` without a schema asks for any JSON; several open servers spell it as
 * `json_object` with a `schema`.
 */
export const responseFormatSchema = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("text") }).transform((): ResponseFormat => ({ type: "text" })),
    z
      .object({ type: z.literal("json_object"), schema: jsonSchema.nullish() })
      .transform(({ schema }): ResponseFormat =>
        isObject(schema) ? { type: "json-schema", name: unnamed, schema } : { type: "json-object" },
      ),
    z
      .object({ type: z.literal("json_schema"), json_schema: described })
      .transform(({ json_schema: { name, description, schema, strict } }): ResponseFormat => {
        if (!isObject(schema)) return { type: "json-object" };
        return {
          type: "json-schema",
          name: name ?? unnamed,
          schema: typeof description === "string" ? { description, ...schema } : schema,
          ...(typeof strict === "boolean" && { strict }),
        };
      }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "must be text, json_object or json_schema" : undefined) },
);
