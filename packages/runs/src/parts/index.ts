export { questionOf } from "../kept-run.ts";
export { placeOf, questionIn, runIn, summaryColumns, type SummaryRow, toEndRow, toRow, toSummary } from "../rows.ts";
export { conditionsOf } from "../run-filter.ts";
export { createSealer, type Sealer } from "../sealer.ts";
export { daysKept, type SpendingStore } from "../spending/spending-store.ts";
export { patiently, pause } from "../store-patience.ts";
export { Watchers } from "../watchers.ts";
