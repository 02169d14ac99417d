import type { Usage } from "./answer.ts";

/** One thing that happens on the way of an answer. Whatever comes after `hang` or `reset` does not happen. */
export type Step =
  | {
      readonly type: "send";
      readonly bytes: string | Buffer;
      /** Reported once these are out. */ readonly usage?: Usage;
    }
  | { readonly type: "wait"; readonly ms: number }
  /** Nothing more, until the other side leaves. */
  | { readonly type: "hang" }
  /** The socket is destroyed, after what was sent has left. */
  | { readonly type: "reset" };

/** What happens to one call. After the last step the answer ends in good order. */
export interface Behaviour {
  /** Absent: the steps begin before any header is out. */
  readonly head?: { readonly status: number; readonly headers: Readonly<Record<string, string>> };
  readonly steps: readonly Step[];
}

/** A 200 event stream. */
export function streaming(steps: readonly Step[]): Behaviour {
  return { head: { status: 200, headers: { "content-type": "text/event-stream" } }, steps };
}

/** A body of any kind, all at once. */
export function body(
  status: number,
  contentType: string,
  text: string,
  { headers = {}, usage }: { readonly headers?: Readonly<Record<string, string>>; readonly usage?: Usage } = {},
): Behaviour {
  return {
    head: { status, headers: { "content-type": contentType, ...headers } },
    steps: [{ type: "send", bytes: text, ...(usage !== undefined && { usage }) }],
  };
}
