import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { MassgenError } from "@massgen/core";

/** The most bytes of an image. Services take less. */
const mostBytes = 20 * 1024 * 1024;

/** Images by how their files begin: what services take. */
const kinds: readonly { readonly type: string; readonly begins: RegExp }[] = [
  { type: "image/png", begins: /^\u0089PNG\r\n/ },
  { type: "image/jpeg", begins: /^\u00ff\u00d8\u00ff/ },
  { type: "image/gif", begins: /^GIF8[79]a/ },
  { type: "image/webp", begins: /^RIFF[^]{4}WEBP/ },
];

/**
 * An image as the address under which models get it: a file as a `data:` URI; a web address stays what it is, and
 * nothing here fetches it.
 * @throws MassgenError `configuration` for a file that cannot be read or is no image
 */
export async function readImage(image: string, cwd: string): Promise<string> {
  if (/^https?:\/\//i.test(image)) return image;
  const refuse = (reason: string): MassgenError =>
    new MassgenError("configuration", `--image: cannot use ${image}: ${reason}.`);
  const path = resolve(cwd, image);
  let bytes: Buffer;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse("it is not a regular file");
    if (stats.size > mostBytes) throw refuse("it is larger than 20 MiB");
    bytes = await readFile(path);
  } catch (error) {
    if (MassgenError.isInstance(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(
      code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "this user may not read it" : String(code),
    );
  }
  const head = bytes.toString("latin1", 0, 16);
  const kind = kinds.find(({ begins }) => begins.test(head));
  if (kind === undefined) throw refuse("it is no PNG, JPEG, GIF or WebP image");
  return `data:${kind.type};base64,${bytes.toString("base64")}`;
}
