/** A run in the list of runs, as `GET /massgen/runs` has it. Times are in seconds since 1970. */
export interface RunItem {
  readonly id: string;
  readonly status: "in_progress" | "completed" | "failed" | "cancelled";
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly endpoint?: string;
  readonly background?: boolean;
  readonly team: string;
  readonly question: string;
  readonly outcome: string | null;
  readonly degraded: boolean | null;
  readonly winner: string | null;
  readonly model: string | null;
  readonly calls: number | null;
  readonly tokens: number | null;
  readonly cost_usd: number | null;
}

/** All that the server knows of one run, beyond its events: `GET /massgen/runs/{id}`. */
export interface RunAccount extends RunItem {
  readonly request?: { readonly messages?: readonly AskedMessage[] };
  readonly ballots?: readonly ShownBallot[];
}

/** A message of the conversation that was asked. */
interface AskedMessage {
  readonly role: string;
  readonly content: string | readonly { readonly type: string; readonly text?: string; readonly url?: string }[];
}

/** What a voter was shown, and what it chose of it. */
interface ShownBallot {
  readonly round: number;
  readonly voter: string;
  readonly shown: readonly string[];
  readonly candidate: string | null;
  /** From 1. */
  readonly position: number | null;
}

/** The text that was asked last. */
export function askedText({ request, question }: Pick<RunAccount, "request" | "question">): string {
  const asked = request?.messages?.findLast(({ role }) => role === "user")?.content;
  if (asked === undefined) return question;
  if (typeof asked === "string") return asked;
  return asked.map(({ text }) => text ?? "").join("");
}

/** Pictures that came with what was asked last: addresses and `data:` URIs. */
export function askedImages({ request }: Pick<RunAccount, "request">): readonly string[] {
  const asked = request?.messages?.findLast(({ role }) => role === "user")?.content;
  if (asked === undefined || typeof asked === "string") return [];
  return asked.flatMap(({ type, url }) => (type === "image" && url !== undefined ? [url] : []));
}
