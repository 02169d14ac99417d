/**
 * Where the console and the server's API are, from the address of the console's script, which is in
 * `console/assets/`. So the page works below any path without being told.
 */
export interface Mount {
  /** Ends with a slash: `/team/console/`. */
  readonly console: string;
  /** Ends with a slash: `https://host/team/`. */
  readonly api: string;
}

export function mountOf(scriptUrl: string): Mount {
  return { console: new URL("../", scriptUrl).pathname, api: new URL("../../", scriptUrl).href };
}
