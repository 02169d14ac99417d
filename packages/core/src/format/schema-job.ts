/** Work on a client's schema, done in a thread that can be killed. Both texts are JSON, or what a model took for it. */
export interface SchemaJob {
  readonly schema: string;
  /** What to hold against the schema; absent when it is only to be compiled. */
  readonly answer?: string;
}

/**
 * `unusable`: why the schema cannot be used. `violation`: how the answer breaks it, absent when it keeps it. Each is
 * one short line.
 */
export type SchemaVerdict = { readonly unusable: string } | { readonly violation?: string };
