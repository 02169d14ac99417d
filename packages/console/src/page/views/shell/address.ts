import { useEffect, useState } from "preact/hooks";

/** A view and what it shows, as the address names it. */
export type Place =
  | { readonly view: "ask" }
  | { readonly view: "runs"; readonly query: string }
  | { readonly view: "run"; readonly id: string }
  | { readonly view: "sums" }
  | { readonly view: "nowhere" };

/**
 * The view of an address below the console.
 *
 * @param path without the console's own part: `runs/run_4f9a`
 */
export function placeOf(path: string, search: string): Place {
  const [first = "", second, ...more] = path.replace(/\/$/, "").split("/");
  if (more.length > 0) return { view: "nowhere" };
  if (second !== undefined) return first === "runs" ? { view: "run", id: decoded(second) } : { view: "nowhere" };
  switch (first) {
    case "":
    case "ask":
      return { view: "ask" };
    case "runs":
      return { view: "runs", query: search };
    case "sums":
      return { view: "sums" };
    default:
      return { view: "nowhere" };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const moved = "massgen-moved";

/** Goes to another view without loading the page anew. `replace` leaves no step to go back to. */
export function goTo(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", href);
  else history.pushState(null, "", href);
  dispatchEvent(new Event(moved));
}

/** The place of the address, now and whenever it changes. */
export function usePlace(base: string): Place {
  const [place, setPlace] = useState(() => placeNow(base));
  useEffect(() => {
    const update = (): void => setPlace(placeNow(base));
    addEventListener("popstate", update);
    addEventListener(moved, update);
    return () => {
      removeEventListener("popstate", update);
      removeEventListener(moved, update);
    };
  }, [base]);
  return place;
}

function placeNow(base: string): Place {
  const { pathname, search } = location;
  return placeOf(pathname.startsWith(base) ? pathname.slice(base.length) : "", search);
}
