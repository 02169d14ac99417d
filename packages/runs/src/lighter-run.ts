import type { KeptRequest, KeptRun } from "./kept-run.ts";
import { mapTexts } from "./texts.ts";

/** The most characters of JSON of a request that keeps the bytes of its images once its run has ended. */
export const mostWithImages = 1_000_000;

/**
 * A run without the bytes of its images: what is kept of one that has ended, where its request is larger than
 * {@link mostWithImages}. Of each image the kind stays. Such a run can be shown, but not continued.
 * @returns undefined for a run that is kept as it is
 */
export function lighterRun(run: KeptRun): KeptRun | undefined {
  const images = imagesIn(run.request);
  if (images.size === 0 || JSON.stringify(run.request).length <= mostWithImages) return undefined;
  const light = mapTexts(run, (text) => (images.has(text) ? text.slice(0, text.indexOf(",") + 1) : text));
  return { ...light, imagesDropped: true };
}

/** The images that a request brings along, as `data:` URIs. */
function imagesIn({ messages }: KeptRequest): ReadonlySet<string> {
  const partsOf = ({ content }: (typeof messages)[number]) => (typeof content === "string" ? [] : content);
  const urls = messages.flatMap(partsOf).flatMap((part) => (part.type === "image" ? [part.url] : []));
  return new Set(urls.filter((url) => url.startsWith("data:")));
}
