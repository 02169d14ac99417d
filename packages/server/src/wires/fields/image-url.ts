import { z } from "zod";
import { quoted, report } from "./field.ts";

/** An image by URL, which nothing here fetches, or as data. It is passed to the models unchanged. */
export const imageUrl = z.string().superRefine((url, context) => {
  const complaint = url.startsWith("data:") ? dataUriComplaint(url) : addressComplaint(url);
  if (complaint !== undefined) report(context, "invalid_value", complaint);
});

const wanted = "must be an http(s) address or a data URI such as data:image/png;base64,...";

function addressComplaint(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url)) return `${wanted}, not ${quoted(url)}`;
  return URL.canParse(url) ? undefined : `${wanted}: ${quoted(url)} is not a valid address`;
}

/** Matches the head with a pattern, then searches the data for a non-base64 character: linear at any size. */
function dataUriComplaint(uri: string): string | undefined {
  const comma = uri.indexOf(",");
  const [, type] = /^data:([^;,]*)(?:;[\w-]+=[^;,]*)*;base64,$/.exec(uri.slice(0, Math.min(comma + 1, 256))) ?? [];
  if (type === undefined) return "must be a data URI of the form data:image/png;base64,...";
  if (!/^image\/[\w.+-]+$/i.test(type)) return `must be a data URI of an image, not of ${quoted(type)}`;
  const data = uri.slice(comma + 1);
  if (data === "") return "is a data URI without data";
  return /^={0,2}$/.test(data.slice(data.search(/[^A-Za-z0-9+/]|$/)))
    ? undefined
    : "is a data URI whose data is not base64";
}
