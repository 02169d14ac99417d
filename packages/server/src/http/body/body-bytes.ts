/** The buffer behind these bytes, if nobody else has a part of it: small ones share one. */
export function ownBuffer(bytes: Uint8Array): ArrayBuffer | undefined {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength - bytes.byteLength <= mark.length ? buffer : undefined;
}

/** Decodes UTF-8, and lets go of the bytes where it can: body and text side by side would be one copy too many. */
export function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  ownBuffer(bytes)?.transfer(0);
  return text;
}

const mark = [0xef, 0xbb, 0xbf];

/** Some editors and Windows tools put a mark before UTF-8. */
export function withoutMark(bytes: Buffer): Buffer {
  return mark.every((byte, at) => bytes[at] === byte) ? bytes.subarray(mark.length) : bytes;
}
