import type { AccountLimits, TokenPrice } from "@massgen/core/model";

/** A `backend` of the configuration: which model, and how to reach it. */
export interface Backend {
  /** May be left out where the address or the name implies it: see `registry.describe.typed`. */
  readonly type?: string;
  /** May be left out for `demo` only. */
  readonly model?: string;
  /** Default: the first of the type's environment variables that is set. `none` means that no key is sent. */
  readonly apiKey?: string;
  /** Default: the type's environment variable, then its own address. */
  readonly baseUrl?: string;
  /** Shared by all backends of the same type, address and key, those that give none included. */
  readonly limits?: AccountLimits;
  /** Whether the model sees images; default: what its provider knows. */
  readonly images?: boolean;
  /** Tokens that the model takes, prompt and reply together; default: what its service says. */
  readonly contextTokens?: number;
  /** What its calls cost; default: the public price of its model, where there is one. */
  readonly price?: TokenPrice;
  /**
   * The address of an HTTP proxy, or `none`; default: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in the
   * environment say.
   */
  readonly proxy?: string;
  /** Certificates of authorities to trust besides those that Node trusts, as PEM. */
  readonly ca?: string;
  /** All other fields, as written. */
  readonly options: Readonly<Record<string, unknown>>;
}
