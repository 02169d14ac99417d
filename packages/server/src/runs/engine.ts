import type { Team } from "@massgen/core";

/** A name that a client may put into `model`. */
export interface ModelInfo {
  readonly id: string;
  readonly ownedBy: string;
  /** Seconds since 1970. */
  readonly created: number;
}

/** Where the server gets its teams from. */
export interface Engine {
  /**
   * The team that answers a request for this model; absent means the default one. Rejects with a MassgenError
   * `not-found` for a model that does not exist, and `configuration` for one that exists but cannot be used (its key is
   * missing).
   */
  readonly resolve: (model: string | undefined) => Promise<Team>;
  /** What `GET /v1/models` lists. */
  readonly models: () => readonly ModelInfo[];
  /** Whether there is a usable team. */
  readonly ready: () => boolean;
}
