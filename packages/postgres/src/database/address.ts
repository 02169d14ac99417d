import { StoreError } from "@massgen/runs";

/**
 * How messages name a database: host and name, never the user's password.
 * @throws StoreError `unsuitable` for what is no address of a Postgres database
 */
export function shownAddress(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    const example = "postgres://user:password@host:5432/massgen";
    throw new StoreError("unsuitable", `\`store\` is no address of a Postgres database, such as ${example}`);
  }
  const host = parsed.host || parsed.searchParams.get("host") || "localhost";
  return `postgres://${host}${parsed.pathname}`;
}
