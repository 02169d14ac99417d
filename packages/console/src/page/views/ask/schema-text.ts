/**
 * A JSON schema as it was entered; undefined for an empty field.
 *
 * @throws Error whose message tells the user what is wrong with it
 */
export function schemaIn(text: string): object | undefined {
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The schema is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Error('The schema has to be an object, such as {"type": "object"}.');
}
