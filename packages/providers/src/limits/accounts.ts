import { createHash } from "node:crypto";
import type { AccountLimits, CallToSend, Limiter, ModelSettings, Turn } from "@massgen/core/model";
import { limitWords, mergedLimits } from "./account-limits.ts";

/** What the backends of one account say about its limits, and the way to its turns. */
export interface Account {
  /**
   * Adds the limits that a backend gives; of two backends of one account each may give some.
   * @throws MassgenError `configuration` when they contradict those that are there
   */
  readonly limit: (type: string, limits: AccountLimits) => void;
  /** How many calls may be made at the same time where no backend gives a limit. */
  readonly assume: (maxConcurrency: number) => void;
  /** Whether there is any limit. */
  readonly limited: () => boolean;
  /** The limits as a configuration writes them. */
  readonly words: () => string;
  /** Waits for a turn, see {@link Limiter}. */
  readonly acquire: (call: CallToSend) => Promise<Turn>;
  readonly pause: (model: string, ms: number) => void;
}

/** The accounts of a registry. */
export interface Accounts {
  /** Made on first use. */
  readonly account: (id: string) => Account;
  /** Calls that wait for their turn. */
  readonly waitingCalls: () => number;
}

export function createAccounts(limiter: Limiter): Accounts {
  const accounts = new Map<string, Account>();
  let waitingCalls = 0;

  /** Counts the call as waiting from when it is queued until it gets its turn or gives up. */
  async function acquire(id: string, call: CallToSend): Promise<Turn> {
    let queued = 0;
    try {
      return await limiter.acquire(id, {
        ...call,
        onQueued(wait) {
          waitingCalls += 1 - queued;
          queued = 1;
          call.onQueued(wait);
        },
      });
    } finally {
      waitingCalls -= queued;
    }
  }

  function create(id: string): Account {
    let given: AccountLimits = {};
    let assumed: AccountLimits = {};
    const limits = (): AccountLimits => ({ ...assumed, ...given });
    return {
      limit(type, added) {
        given = mergedLimits(type, given, added);
        limiter.limit(id, limits());
      },
      assume(maxConcurrency) {
        assumed = { maxConcurrency };
        limiter.limit(id, limits());
      },
      limited: () => Object.keys(limits()).length > 0,
      words: () => limitWords(limits()),
      acquire: (call) => acquire(id, call),
      pause: (model, ms) => limiter.pause(id, model, ms),
    };
  }

  return {
    account(id) {
      const account = accounts.get(id) ?? create(id);
      accounts.set(id, account);
      return account;
    },
    waitingCalls: () => waitingCalls,
  };
}

/**
 * Identifies an account, by what providers count calls by: type, address and key. A hash, which does not reveal the
 * key.
 */
export function accountIdOf(type: string, { baseUrl = "", apiKey = "" }: ModelSettings): string {
  const address = withoutSlashes(URL.parse(baseUrl.trim())?.href ?? baseUrl);
  return createHash("sha256")
    .update(JSON.stringify([type, address, apiKey]))
    .digest("hex");
}

/** Without the slashes at the end. Not by a pattern, which would try a run of slashes inside again at each of them. */
function withoutSlashes(address: string): string {
  let end = address.length;
  while (address[end - 1] === "/") end -= 1;
  return address.slice(0, end);
}
