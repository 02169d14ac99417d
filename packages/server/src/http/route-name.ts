const routes = ["/health", "/ready", "/metrics", "/v1/models", "/v1/chat/completions"] as const;

/** A route by its pattern: paths come from clients, and there is no end of them. */
export type RouteName = (typeof routes)[number] | "/v1/models/:id" | "other";

/** The route of a path, read as the router reads it: without regard to case, with or without a slash at its end. */
export function routeName(path: string): RouteName {
  const plain = path.toLowerCase().replace(/(?<=.)\/$/, "");
  const found = routes.find((route) => route === plain);
  if (found !== undefined) return found;
  return /^\/v1\/models\/./.test(plain) ? "/v1/models/:id" : "other";
}
