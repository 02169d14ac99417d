export { openPostgresStore, type PostgresStoreOptions } from "./open-postgres.ts";
