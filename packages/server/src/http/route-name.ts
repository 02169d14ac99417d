import { wires } from "../wires/wires.ts";
import { problemStatuses } from "../problem.ts";
import type { WirePath } from "../wires/wire.ts";

/** A route's pattern: clients choose the paths, so their number is unlimited. */
export type RouteName = "/health" | "/ready" | "/metrics" | "/console" | RunsPath | WirePath | "other";

/** The paths of those who look after runs. */
type RunsPath =
  | "/massgen/sums"
  | "/massgen/runs"
  | `/massgen/runs/:id${"" | "/log" | "/events" | "/cancel" | "/answer-now"}`;

const routes: readonly RouteName[] = [
  "/health",
  "/ready",
  "/metrics",
  "/massgen/runs",
  "/massgen/sums",
  "/v1/models",
  ...wires.flatMap(({ path, count }) => (count === undefined ? [path] : [path, count.path])),
];

/** The paths at which wires begin answers. */
export const wirePaths: readonly RouteName[] = wires.map(({ path }) => path);

/** The statuses that a request for an answer can end with; 499 is that of a client that left before. */
export const wireStatuses: readonly number[] = [200, ...problemStatuses, 499];

/** The paths below which wires serve stored answers. */
const keeping = wires.flatMap(({ path, keeps }) => (keeps === undefined ? [] : [{ path, keeps }]));

/** The route of a path, matched as the router does. */
export function routeName(path: string): RouteName {
  const plain = plainPath(path);
  const found = routes.find((route) => route === plain);
  if (found !== undefined) return found;
  if (isConsolePath(path)) return "/console";
  if (/^\/v1\/models\/./.test(plain)) return "/v1/models/:id";
  const [, part] = /^\/massgen\/runs\/[^/]+(|\/log|\/events|\/cancel|\/answer-now)$/.exec(plain) ?? [];
  if (part !== undefined) return `/massgen/runs/:id${part}` as RunsPath;
  const wire = keeping.find(({ path: known }) => plain.startsWith(`${known}/`));
  if (wire === undefined) return "other";
  const [, sub] = /^\/[^/]+((?:\/[^/]+)?)$/.exec(plain.slice(wire.path.length)) ?? [];
  const { unfinished, words } = wire.keeps;
  const subs = ["", `/${words.input}`, ...(unfinished ? ["/cancel"] : [])];
  return sub === undefined || !subs.includes(sub) ? "other" : `${wire.path}/:id${sub}`;
}

/** Whether a path is one of those that always need a key, whether or not there is anything. */
export function isRunsPath(path: string): boolean {
  return /^\/massgen(?:\/|$)/.test(plainPath(path));
}

/** Whether a path is one of the console's files, whether or not there is a console. */
function isConsolePath(path: string): boolean {
  return /^\/console(?:\/|$)/i.test(path);
}

/** Ignores case and a trailing slash. */
export function plainPath(path: string): string {
  return path.toLowerCase().replace(/(?<=.)\/$/, "");
}
