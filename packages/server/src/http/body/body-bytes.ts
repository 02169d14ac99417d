/** The buffer behind these bytes if they are all of it; small buffers share one. */
export function ownBuffer(bytes: Uint8Array): ArrayBuffer | undefined {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength - bytes.byteLength <= mark.length ? buffer : undefined;
}

/** Decodes UTF-8 and releases the bytes if possible: body and text together would be one copy too many. */
export function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  ownBuffer(bytes)?.transfer(0);
  return text;
}

const mark = [0xef, 0xbb, 0xbf];

/** Some editors and Windows tools put a byte order mark before UTF-8. */
export function withoutMark(bytes: Buffer): Buffer {
  return mark.every((byte, at) => bytes[at] === byte) ? bytes.subarray(mark.length) : bytes;
}
