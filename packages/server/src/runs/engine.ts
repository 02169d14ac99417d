import type { Run, RunRequest } from "@massgen/core";

/** A name that a client may put into `model`. */
export interface ModelInfo {
  readonly id: string;
  readonly ownedBy: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** What a client asks for. */
export interface Ask {
  /** As the client named it; absent means the default team. */
  readonly model?: string;
  /** What the team is to do. Its signal is aborted when the client leaves. */
  readonly request: RunRequest;
}

/** Where the server gets its runs from. */
export interface Engine {
  /**
   * Starts a run, when there is a place for it. Rejects with a MassgenError: `not-found` for a model that does not
   * exist, `configuration` for one that exists but cannot be used (its key is missing), `invalid-request` for what the
   * team cannot do, `param` naming the field.
   */
  readonly start: (ask: Ask) => Promise<Run>;
  /** What `GET /v1/models` lists. */
  readonly models: () => readonly ModelInfo[];
  /** Whether there is a usable team. */
  readonly ready: () => boolean;
}
