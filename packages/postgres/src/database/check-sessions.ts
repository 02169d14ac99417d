import { StoreError } from "@massgen/runs";
import type { Database, Query } from "./database.ts";

/**
 * Makes sure that a session stays on one backend of Postgres. Behind a pooler in transaction mode it does not: what was
 * locked or listened to would belong to whoever comes next.
 *
 * @param session a connection that is between two statements
 * @throws StoreError `unsuitable` where a pooler is in the way
 */
export async function checkSessions(database: Database, session: Query): Promise<void> {
  const before = await backendOf(session);
  await database.transaction(async (query) => {
    // A pooler would give this transaction the backend that the session was on a moment ago, or the session another one
    // now.
    const other = await backendOf(query);
    const after = other === before ? undefined : await backendOf(session);
    if (before === after) return;
    const advice = "give `store` the address of Postgres itself, or of a pooler in session mode";
    throw new StoreError("unsuitable", `the store ${database.where} is behind a pooler in transaction mode; ${advice}`);
  });
}

async function backendOf(query: Query): Promise<number | undefined> {
  const [row] = await query<{ readonly pid: number }>("select pg_backend_pid() as pid");
  return row?.pid;
}
