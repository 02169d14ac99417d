import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { StoreError } from "../store-error.ts";

/** The numbers by which Linux knows file systems of other machines (statfs(2)), where SQLite's locks do not hold. */
const networked: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xfe53_4d42, "SMB"],
  [0xff53_4d42, "CIFS"],
  [0x5346_414f, "AFS"],
  [0x00c3_6400, "Ceph"],
  [0x0bd0_0bd0, "Lustre"],
]);

/** @throws StoreError `unsuitable` for a file that stands on another machine, as far as this system tells */
export async function refuseNetworkFile(file: string): Promise<void> {
  const type = await statfs(dirname(file)).then(
    ({ type: number }) => networked.get(number >>> 0),
    () => undefined,
  );
  if (type === undefined) return;
  const advice = "put the file on a disk of this machine, or use Postgres";
  throw new StoreError(
    "unsuitable",
    `${file} is on a network file system (${type}), where SQLite may lose data: ${advice}`,
  );
}
