/**
 * A job for the thread that works on clients' schemas. Both texts should be JSON, but a model may have written the
 * second.
 */
export interface SchemaJob {
  readonly schema: string;
  /** The answer to check; absent when the schema is only compiled. */
  readonly answer?: string;
}

/**
 * `unusable`: why the schema cannot be used. `violation`: how the answer breaks it; absent if it does not. Each is one
 * short line.
 */
export type SchemaVerdict = { readonly unusable: string } | { readonly violation?: string };
