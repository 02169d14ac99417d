const units = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** The bytes of a size such as `20mb`; Infinity if it cannot be read. */
export function bytesOf(size: number | string): number {
  if (typeof size === "number") return size;
  const [, amount, unit = "b"] = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$/i.exec(size.trim()) ?? [];
  return amount === undefined ? Infinity : Number(amount) * units[unit.toLowerCase() as keyof typeof units];
}
