import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "../../server/api.ts";

/** What all views of a served console share. */
export interface Session {
  readonly api: Api;
  /** The address below which the server answers. */
  readonly mountApi: string;
  /** The path of the console, with a slash at its end. */
  readonly base: string;
  /** The server refuses the key: ask for another. */
  readonly refused: (message: string) => void;
}

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("There is no session around this view.");
  return session;
}
