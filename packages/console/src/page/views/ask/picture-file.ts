/** Pictures that models read. */
export const pictureTypes = "image/png,image/jpeg,image/gif,image/webp";

/** Bytes of a picture: with more, requests are refused for their size. */
const mostBytes = 8_000_000;

/**
 * A chosen file as a `data:` URI.
 *
 * @throws Error whose message tells the user what is wrong with it
 */
export async function pictureOf(file: File): Promise<string> {
  if (!pictureTypes.split(",").includes(file.type)) throw new Error(`${file.name} is no PNG, JPEG, GIF or WebP.`);
  if (file.size > mostBytes) throw new Error(`${file.name} has more than 8 MB.`);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(typeof reader.result === "string" ? reader.result : ""));
    reader.addEventListener("error", () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
}
