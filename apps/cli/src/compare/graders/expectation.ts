/** What an answer must be to count as right: one of the graders, with what it compares with. */
export type Expectation =
  /** One of these texts, apart from case, blanks, marks of Markdown and punctuation around it. */
  | { readonly type: "equals"; readonly texts: readonly string[] }
  | { readonly type: "number"; readonly value: number; readonly tolerance: number }
  /** One capital letter. */
  | { readonly type: "choice"; readonly letter: string }
  | { readonly type: "regex"; readonly source: string; readonly flags: string }
  /** JSON that keeps a schema, or is equal to a value, or both. */
  | { readonly type: "json"; readonly schema?: Readonly<Record<string, unknown>>; readonly value?: unknown }
  /** All of these texts, apart from case. */
  | { readonly type: "contains"; readonly texts: readonly string[] }
  /** A program that reads the answer on stdin and exits with 0 if it is right. */
  | { readonly type: "command"; readonly command: readonly string[]; readonly limitMs: number }
  /** At least as good as the reference, in the eyes of the judge. */
  | { readonly type: "judge"; readonly reference: string; readonly rubric: string };
