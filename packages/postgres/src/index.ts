export {
  openPostgres,
  openPostgresStore,
  type Postgres,
  type PostgresOptions,
  type PostgresStoreOptions,
} from "./open-postgres.ts";
