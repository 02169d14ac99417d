/** The settings of a team. Every field has a default: see {@link defaultSettings}. Times are in milliseconds. */
export interface CoordinationSettings {
  /** How critically a voter judges existing answers; changes only the instruction. */
  readonly votingSensitivity: "lenient" | "balanced" | "strict";
  /** A draft and its revisions, 1 to 3. With 1 there are no revisions. */
  readonly maxNewAnswersPerAgent: number;
  /** `auto` leaves a voter's own answers off its ballot when there are three or more authors. */
  readonly selfVotes: "auto" | "allow" | "exclude";
  /** Decide and abort the remaining ballots as soon as they cannot change the result. */
  readonly earlyStop: boolean;
  /**
   * Call only as many agents as can decide, and the others when those cannot. `auto` does so where answers can be
   * equal: with tools, or a response format. A `quorum` turns it off.
   */
  readonly lazy: "auto" | "on" | "off";
  /**
   * For measuring: call everybody, await every draft and hold the whole vote, even if the result is certain. The result
   * is the same.
   */
  readonly exhaustive: boolean;
  /** `auto` writes a new final answer unless the drafts agreed or the winner is a tool call or alone. */
  readonly finalAnswer: "auto" | "synthesize" | "select";
  /**
   * How much of the deliberation is shown: `full` adds the drafts and the models' reasoning, `live` shows each draft
   * while it is written.
   */
  readonly traces: "off" | "summary" | "full" | "live";
  /** Who reads the traces. Only an operator is shown the providers' own words about a failure. */
  readonly audience: "client" | "operator";
  /** Once this many drafts are in, wait `stragglerGraceMs` for the rest, then drop them. Set both or neither. */
  readonly quorum?: number;
  readonly stragglerGraceMs?: number;
  /** Hard limits. A run that comes close does less (no revision, no new final answer) before it fails. */
  readonly budget: {
    readonly maxCalls?: number;
    readonly maxTokens?: number;
    /** In dollars. Every agent's model needs a known price. */
    readonly maxUsd?: number;
  };
  /**
   * The most characters of one answer: text, reasoning and tool calls together. A longer one is stopped, and its call
   * fails.
   */
  readonly maxAnswerChars: number;
  /** The whole run. */
  readonly deadlineMs: number;
  /** Limits of one call, enforced by the provider. */
  readonly limits: { readonly firstTokenMs: number; readonly idleMs: number; readonly totalMs: number };
}

/** The settings of a team that sets none. */
export const defaultSettings: CoordinationSettings = {
  votingSensitivity: "lenient",
  maxNewAnswersPerAgent: 2,
  selfVotes: "auto",
  earlyStop: true,
  lazy: "auto",
  exhaustive: false,
  finalAnswer: "auto",
  traces: "summary",
  audience: "client",
  budget: {},
  maxAnswerChars: 64_000_000,
  deadlineMs: 1_800_000,
  limits: { firstTokenMs: 300_000, idleMs: 120_000, totalMs: 900_000 },
};
