import { anonymous } from "./owner.ts";
import { StoreError } from "./store-error.ts";

/** Runs that wait to be driven. */
export interface Backlog {
  readonly runs: number;
  /** Of their heads, as they are kept. */
  readonly bytes: number;
}

/** What waits in a whole store, and of that what belongs to one owner. */
export interface Backlogs {
  readonly all: Backlog;
  readonly own: Backlog;
}

/** A run in line. */
export interface QueuedRun {
  readonly id: string;
  readonly owner: string;
  /** Of its head, as it is kept. */
  readonly bytes: number;
}

/** How much may wait in one store. One owner may have a tenth of it. */
export type BacklogLimits = Backlog;

const megabyte = 1024 * 1024;

export const usualBacklogLimits: BacklogLimits = { runs: 10_000, bytes: 1024 * megabyte };

/** The part of each limit that one owner may use up, as a divisor. */
const ownersShare = 10;

/**
 * Refuses a run where too much waits already. Only what waits counts: the run itself may be larger than the room that
 * is left.
 *
 * @throws StoreError `busy`, in words for the client
 */
export function refuseBeyond(limits: BacklogLimits, { all, own }: Backlogs, owner: string): void {
  refuseFull(all, limits, "", "that this server lets wait (%)");
  // Without keys everybody is one owner.
  if (owner === anonymous) return;
  const share = {
    runs: Math.ceil(limits.runs / ownersShare),
    bytes: Math.ceil(limits.bytes / ownersShare),
  };
  refuseFull(own, share, " of your key", "that one key may have (a tenth of %)");
}

/** @param most goes on behind "the most", with % for the option */
function refuseFull(backlog: Backlog, limits: BacklogLimits, whose: string, most: string): void {
  const { runs, bytes } = backlog;
  const refused = (what: string, option: string): StoreError =>
    new StoreError("busy", `${what}, the most ${most.replace("%", option)}`);
  if (runs >= limits.runs) {
    const wait = runs === 1 ? `1 run${whose} waits` : `${runs} runs${whose} wait`;
    throw refused(`${wait} in the background`, "background_queue");
  }
  if (bytes < limits.bytes) return;
  const size = `${Math.round(bytes / megabyte)} MB`;
  throw refused(`The runs${whose} that wait in the background hold ${size}`, "background_queue_mb");
}

/** Counts the runs that wait in one process. */
export class Waiting {
  readonly #runs = new Map<string, QueuedRun>();
  readonly #byOwner = new Map<string, Backlog>();
  #bytes = 0;

  get size(): number {
    return this.#runs.size;
  }

  /** Those that came first are first. */
  values(): IterableIterator<QueuedRun> {
    return this.#runs.values();
  }

  add(run: QueuedRun): void {
    if (this.#runs.has(run.id)) return;
    this.#runs.set(run.id, run);
    this.#count(run, 1);
  }

  delete(id: string): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    this.#runs.delete(id);
    this.#count(run, -1);
  }

  backlogs(owner: string): Backlogs {
    const all = { runs: this.#runs.size, bytes: this.#bytes };
    return { all, own: this.#byOwner.get(owner) ?? { runs: 0, bytes: 0 } };
  }

  #count({ owner, bytes }: QueuedRun, sign: 1 | -1): void {
    this.#bytes += sign * bytes;
    const before = this.#byOwner.get(owner) ?? { runs: 0, bytes: 0 };
    const own = { runs: before.runs + sign, bytes: before.bytes + sign * bytes };
    if (own.runs === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, own);
  }
}
