import { isObject } from "./field.ts";

/** The fields in which a client may say which of its requests belong together, the most particular one first. */
interface KeyFields {
  readonly prompt_cache_key?: unknown;
  readonly metadata?: unknown;
  readonly user?: unknown;
}

/** What a client's requests of one conversation have in common, if it says so. */
export function cacheKeyOf({ prompt_cache_key, metadata, user }: KeyFields): { readonly cacheKey?: string } {
  const userId = isObject(metadata) ? metadata["user_id"] : undefined;
  const said = [prompt_cache_key, userId, user].find((one) => typeof one === "string" && one !== "");
  return typeof said === "string" ? { cacheKey: said } : {};
}
