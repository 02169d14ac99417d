import { createCipheriv, createDecipheriv, hash, randomBytes } from "node:crypto";
import { StoreError } from "./store-error.ts";

/** Writes texts as bytes that only those with the key can read, and reads them again. */
export interface Sealer {
  /** Whether it has a key. Without one, texts are kept as they are. */
  readonly seals: boolean;
  /**
   * @param place where the bytes will stand: they can be opened in no other one
   */
  readonly seal: (text: string, place: string) => Uint8Array;
  /** @throws StoreError `sealed` for bytes that were sealed with another key, or changed since */
  readonly open: (bytes: Uint8Array, place: string) => string;
}

const plainMark = 0;
const sealedMark = 1;
const keyBytes = 32;
const nameBytes = 4;
const ivBytes = 12;
const tagBytes = 16;
const headBytes = 1 + nameBytes + ivBytes + tagBytes;

/** A key, and the short name by which sealed bytes say that it opens them. */
interface SealingKey {
  readonly key: Buffer;
  readonly name: Buffer;
}

/**
 * Makes a sealer: AES-256-GCM, with the place authenticated.
 *
 * @param keys each 32 bytes in base64; the first seals, all open. None: nothing is sealed.
 * @throws StoreError `unsuitable` for what is no such key; its message does not repeat it
 */
export function createSealer(keys: readonly string[]): Sealer {
  const known = keys.map(sealingKey);
  const [first] = known;

  function seal(text: string, place: string): Uint8Array {
    if (first === undefined) return Buffer.concat([Buffer.of(plainMark), Buffer.from(text)]);
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", first.key, iv).setAAD(Buffer.from(place));
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([Buffer.of(sealedMark), first.name, iv, cipher.getAuthTag(), body]);
  }

  function open(bytes: Uint8Array, place: string): string {
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (data[0] === plainMark) return data.toString("utf8", 1);
    if (data[0] !== sealedMark || data.length < headBytes) throw new StoreError("unsuitable", `${place} is damaged`);
    const name = data.subarray(1, 1 + nameBytes);
    const key = known.find((one) => one.name.equals(name));
    if (key === undefined) {
      const asked = known.length === 0 ? "store_keys is empty" : "none of store_keys is that key";
      throw new StoreError("sealed", `the store was sealed with the key ${name.toString("hex")}, and ${asked}`);
    }
    const iv = data.subarray(1 + nameBytes, 1 + nameBytes + ivBytes);
    const decipher = createDecipheriv("aes-256-gcm", key.key, iv)
      .setAAD(Buffer.from(place))
      .setAuthTag(data.subarray(headBytes - tagBytes, headBytes));
    try {
      return decipher.update(data.subarray(headBytes), undefined, "utf8") + decipher.final("utf8");
    } catch (cause) {
      throw new StoreError("unsuitable", `${place} was changed since it was written, or belongs elsewhere`, { cause });
    }
  }

  return { seals: first !== undefined, seal, open };
}

function sealingKey(text: string, at: number): SealingKey {
  const key = Buffer.from(text, "base64");
  if (key.length !== keyBytes || !/^[\w+/-]{43}=?$/.test(text.trim())) {
    const advice = "openssl rand -base64 32 makes one";
    throw new StoreError("unsuitable", `store_keys[${at}] must be ${keyBytes} bytes in base64; ${advice}`);
  }
  return { key, name: hash("sha256", key, "buffer").subarray(0, nameBytes) };
}
