/** What a key is for: one that looks at runs, and one that asks where the first may not. */
type KeyUse = "looks" | "asks";

function nameOf(use: KeyUse): string {
  return use === "looks" ? "massgen-console-key" : "massgen-console-ask-key";
}

/** The key that was entered in this tab. */
export function keptKey(use: KeyUse): string | undefined {
  return sessionStorage.getItem(nameOf(use)) ?? undefined;
}

export function keepKey(use: KeyUse, key: string | undefined): void {
  if (key === undefined) sessionStorage.removeItem(nameOf(use));
  else sessionStorage.setItem(nameOf(use), key);
}

/** Takes the key out of the address of a start link (`#key=...`), so that no bookmark and no glance finds it. */
export function takeKeyFromAddress(): void {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key === null) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (key !== "") keepKey("looks", key);
}
