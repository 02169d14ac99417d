import type { ReplyUsage } from "./answer.ts";

/** One thing that happens on the way of an answer. Whatever comes after `hang` or `reset` does not happen. */
export type Step =
  | { readonly type: "head"; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly type: "send";
      readonly bytes: string | Buffer;
      /** Reported once these are out. */
      readonly usage?: ReplyUsage;
    }
  /** Milliseconds; 0 lets what was sent go out as a write of its own. */
  | { readonly type: "wait"; readonly ms: number }
  /** Until so many milliseconds after the request, so that a late timer does not delay all that follow. */
  | { readonly type: "due"; readonly ms: number }
  /** Nothing more, until the other side leaves. */
  | { readonly type: "hang" }
  /** The socket is destroyed, after what was sent has left. */
  | { readonly type: "reset" };

/** What happens to one call, on any wire. After the last step the answer ends in good order. */
export interface Behaviour {
  readonly type: "steps";
  readonly steps: readonly Step[];
}

export function behaviour(...steps: readonly Step[]): Behaviour {
  return { type: "steps", steps };
}

/** A 200 event stream. */
export function streaming(steps: readonly Step[]): Behaviour {
  const headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" };
  return behaviour({ type: "head", status: 200, headers }, ...steps);
}

/** A body of any kind, all at once; what is no text goes out as JSON. */
export function body(
  status: number,
  contentType: string,
  content: string | object,
  { headers = {}, usage }: { readonly headers?: Readonly<Record<string, string>>; readonly usage?: ReplyUsage } = {},
): Behaviour {
  return behaviour(
    { type: "head", status, headers: { "content-type": contentType, ...headers } },
    {
      type: "send",
      bytes: typeof content === "string" ? content : JSON.stringify(content),
      ...(usage !== undefined && { usage }),
    },
  );
}

export const jsonType = "application/json; charset=utf-8";
