import type { Run, RunRequest, Team } from "@massgen/core";

/** A model name that clients may use. */
export interface ModelInfo {
  readonly id: string;
  readonly ownedBy: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** For people; the id if absent. */
  readonly name?: string;
  /** The context window; absent if unknown. */
  readonly contextTokens?: number;
  /** The longest answer; absent if unknown. */
  readonly maxOutputTokens?: number;
}

/** A client's request for a run. */
export interface Ask {
  /** As the client named it; absent means the default team. */
  readonly model?: string;
  /** The team's task. Its signal is aborted when the client leaves. */
  readonly request: RunRequest;
}

/** The source of the server's runs. */
export interface Engine {
  /**
   * Starts a run; called once there is a free place. Rejects with a MassgenError: `not-found` for a model that does not
   * exist, `configuration` for one that cannot be used (its key is missing), `invalid-request` for something that the
   * team cannot do, with `param` naming the field.
   */
  readonly start: (ask: Ask) => Promise<Run>;
  /** The models that `GET /v1/models` lists. */
  readonly models: () => readonly ModelInfo[];
  /**
   * The model of any name that `start` takes, for `GET /v1/models/:id`; undefined if there is none. Without this method
   * only the models of the list are found.
   */
  readonly model?: (id: string) => ModelInfo | undefined;
  /**
   * The team behind a name, as `start` finds it: for runs that outlive this process. Rejects like `start`. Without this
   * method runs in the background end with the process.
   */
  readonly team?: (model: string | undefined) => Promise<Pick<Team, "agents" | "setupFor">>;
  /** Removes secrets from what is shown of runs that are kept, except from answers. Only without a keeper. */
  readonly redact?: (text: string) => string;
  /** Whether there is a usable team. */
  readonly ready: () => boolean;
}
