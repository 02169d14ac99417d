import type { Backend } from "./backend.ts";
import type { BuiltInProvider } from "./built-in-provider.ts";
import type { ServiceReport } from "./service-lookups.ts";

/** What hosts that read configurations need to know of a registry, its backends and their services. */
export interface RegistryDescription {
  /** The provider of a type or of an alias. */
  readonly provider: (type: string) => BuiltInProvider | undefined;
  /**
   * A backend with its type: the one it gives, else the one whose service its address belongs to, else the one that its
   * model's name implies (which then loses a leading `type/`). As it was where nothing implies one.
   */
  readonly typed: <B extends Pick<Backend, "type" | "model" | "baseUrl">>(backend: B) => B;
  /**
   * Identifies the account that the calls of a backend are counted for, by type, address and key, without revealing the
   * key.
   * @throws MassgenError `configuration` where `createModel` does for type, model, key or base URL
   */
  readonly account: (backend: Omit<Backend, "options">) => string;
  /**
   * The proxy that the calls of a backend go through, without its user name and password; undefined for none, and for a
   * backend without an address.
   * @throws MassgenError `configuration` where `createModel` does for type, model, key, base URL or proxy
   */
  readonly proxy: (backend: Omit<Backend, "options">) => string | undefined;
  /**
   * Asks the services on the user's own machines what they can take, for all models made so far: how many calls at the
   * same time, how long a context. Takes a second and a half at most; calls keep to what is known, also to what comes
   * later. Never rejects: a service that says nothing is taken as it is.
   */
  readonly lookUp: () => Promise<readonly ServiceReport[]>;
  /** Calls the listener, of which there is one, with what a service says whenever that is news. */
  readonly onServiceReport: (listener: (report: ServiceReport) => void) => void;
  /**
   * Asks the service of a type which models it has: at most 5000 names, as it orders them.
   * @param signal ends the question, as `timeout`
   * @throws MassgenError `configuration` for an unknown type, one that lists no models, a missing key or base URL; else
   *   what the service answered
   */
  readonly models: (
    backend: Pick<Backend, "apiKey" | "baseUrl"> & { readonly type: string },
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /**
   * Loads what the first calls of the models made so far would wait for; of any model, where none was made. Sends
   * nothing. Never rejects: the calls say what is wrong.
   */
  readonly load: () => Promise<void>;
  /** Calls that wait for their turn under a limit of their account, at this moment. */
  readonly waitingCalls: () => number;
  /** Replaces every known secret, but not what only looks like one: for texts in which people may speak about keys. */
  readonly redactKnown: (text: string) => string;
}
