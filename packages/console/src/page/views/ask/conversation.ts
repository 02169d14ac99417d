import type { Api } from "../../server/api.ts";
import { ApiError, errorWords } from "../../server/api-error.ts";
import { askBody, type AskOptions, askTeam, type Exchange, type Question } from "../../server/ask-team.ts";
import { followRun, unheard, type Watched } from "../../server/run-feed.ts";

/** A question, and what becomes of it. */
export interface Turn {
  readonly question: Question;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  readonly runId?: string;
  readonly watched: Watched;
  /** Why it was not asked. */
  readonly error?: string;
}

/** Whether something is to come yet. */
export function isOpen({ error, watched }: Turn): boolean {
  return error === undefined && watched.lost === undefined && watched.state.stage !== "over";
}

/** Several questions to a team. It lives as long as the page, whatever view is shown. */
export class Conversation {
  #turns: readonly Turn[] = [];
  #hangUp: (() => void) | undefined;
  readonly #listeners = new Set<() => void>();

  get turns(): readonly Turn[] {
    return this.#turns;
  }

  /** @returns how to stop listening */
  listen(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /**
   * Asks after what was said so far.
   *
   * @param asking the server with a key that may ask
   * @param looking the server with a key that sees the run
   * @throws ApiError 401: this key may not ask; the question is not in the conversation then
   */
  async ask(asking: Api, looking: Api, question: Question, options: AskOptions): Promise<void> {
    const body = askBody(exchanges(this.#turns), question, options);
    const at = this.#turns.length;
    const leave = new AbortController();
    this.#set(at, { question, model: options.model, askedAt: Date.now(), watched: unheard });
    this.#hangUp = () => leave.abort();
    try {
      const runId = await askTeam(asking, body, leave.signal);
      if (leave.signal.aborted) return;
      this.#change(at, { runId });
      const unfollow = followRun(looking, runId, (watched) => this.#change(at, { watched }));
      this.#hangUp = () => {
        unfollow();
        leave.abort();
      };
    } catch (error) {
      if (leave.signal.aborted) return;
      if (error instanceof ApiError && error.status === 401) {
        this.#turns = this.#turns.slice(0, at);
        this.#tell();
        throw error;
      }
      this.#change(at, { error: errorWords(error) });
    }
  }

  /** Begins anew. What is under way is left, which ends it. */
  clear(): void {
    this.#hangUp?.();
    this.#turns = [];
    this.#tell();
  }

  #set(at: number, turn: Turn): void {
    this.#turns = [...this.#turns.slice(0, at), turn, ...this.#turns.slice(at + 1)];
    this.#tell();
  }

  #change(at: number, changed: Partial<Turn>): void {
    const turn = this.#turns[at];
    if (turn !== undefined) this.#set(at, { ...turn, ...changed });
  }

  #tell(): void {
    for (const changed of this.#listeners) changed();
  }
}

/** What the team has to know of the turns before: those that were answered. */
function exchanges(turns: readonly Turn[]): readonly Exchange[] {
  return turns.flatMap(({ question, watched }) => {
    const { result } = watched.state;
    return result?.status === "answered" ? [{ question, answer: result.text }] : [];
  });
}
