import { exportedTemplate } from "./console-files.ts";

/** A run as it is put into a page. */
export interface ExportedRun {
  /** What `GET /massgen/runs/{id}` says of it, without what is nobody else's business. */
  readonly run: object;
  /** All its events in order, as `GET /massgen/runs/{id}/events` sends them. */
  readonly events: readonly object[];
}

/** Stands in the template where the run goes. */
const placeholder = "__MASSGEN_RUN__";

/**
 * One HTML file that shows a run and needs nothing else: no server, no key, no network. The run stands in it as JSON
 * that no parser of HTML can take for anything else.
 */
export function exportedPage(record: ExportedRun): string {
  return exportedTemplate().replace(placeholder, () => inertJson(record));
}

/** JSON without the characters that end a script element or a line of JavaScript. */
function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
