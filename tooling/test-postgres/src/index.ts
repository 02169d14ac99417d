export { type CuttableNetwork, openCuttableNetwork } from "./cuttable-network.ts";
export { hasPostgres, hasPostgresForLong } from "./programs.ts";
export { startPooler } from "./start-pooler.ts";
export { startPostgres, type TestPostgres } from "./start-postgres.ts";
