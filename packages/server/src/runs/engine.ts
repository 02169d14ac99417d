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

/** A team as a client's model name finds it. */
export interface FoundTeam {
  /** A model name that means this team to everybody: kept runs find it by this name after a restart. */
  readonly model: string;
  /** The team's name in the receipt, the log and metrics, such as `deep` or `agent:ada`; absent if it has none. */
  readonly name?: string;
}

/** A client's request for a run. */
export interface Ask {
  /** As {@link Engine.find} returned it, or as the client named it where there is no such method. */
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
  /**
   * The team that a client's model name means. Throws a MassgenError: `not-found` for one that does not exist or that
   * the client's key may not use, `permission` for a model of the client's choice where its key may name teams only.
   * Without this method all clients get what `start` makes of the name they send, and keys with teams nothing.
   *
   * @param model as the client named it; undefined if it named none
   * @param teams the teams that the client's key may use, its default first; undefined for all
   */
  readonly find?: (model: string | undefined, teams?: readonly string[]) => FoundTeam;
  /** The models that `GET /v1/models` lists for a client with these teams; undefined for all. */
  readonly models: (teams?: readonly string[]) => readonly ModelInfo[];
  /**
   * The model of any name that `find` takes, for `GET /v1/models/:id`; undefined if there is none. Without this method
   * only the models of the list are found.
   */
  readonly model?: (id: string, teams?: readonly string[]) => ModelInfo | undefined;
  /**
   * The team behind a name that `find` returned, as `start` finds it: for runs that outlive this process. Rejects like
   * `start`. Without this method runs in the background end with the process.
   */
  readonly team?: (model: string | undefined) => Promise<Pick<Team, "agents" | "setupFor">>;
  /** Removes secrets from what is shown of runs that are kept, except from answers. Only without a keeper. */
  readonly redact?: (text: string) => string;
  /** Whether there is a usable team. */
  readonly ready: () => boolean;
}
