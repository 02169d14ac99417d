import { useEffect, useState } from "preact/hooks";
import { ApiError, errorWords } from "../../server/api-error.ts";
import { useSession } from "./session.ts";

/** What a server was asked for: not there yet, there, or refused. */
export interface Asked<T> {
  readonly value?: T;
  readonly error?: string;
  /** The status of a refusal. */
  readonly status?: number;
}

/** Asks the server once for each `question`. An answer that comes after the next question is passed over. */
export function useAnswer<T>(question: string, ask: () => Promise<T>): Asked<T> {
  const { refused } = useSession();
  const [asked, setAsked] = useState<Asked<T>>({});
  useEffect(() => {
    let current = true;
    ask().then(
      (value) => {
        if (current) setAsked({ value });
      },
      (error: unknown) => {
        if (!current) return;
        if (error instanceof ApiError && error.status === 401) refused(error.message);
        else setAsked({ error: errorWords(error), ...(error instanceof ApiError && { status: error.status }) });
      },
    );
    return () => {
      current = false;
    };
  }, [question]);
  return asked;
}
