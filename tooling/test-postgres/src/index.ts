export { hasPostgres, programOf } from "./programs.ts";
export { startPooler } from "./start-pooler.ts";
export { startPostgres, type TestPostgres } from "./start-postgres.ts";
