import { X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import { MassgenError } from "@massgen/core/model";
import { longestFile, readTextFileThere } from "./text-file.ts";

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

/** Reads the files that `ca_file` names, each once. */
export interface Certificates {
  /**
   * @param path relative to the configuration's folder
   * @returns only the file's certificates, as PEM
   * @throws MassgenError `configuration`
   */
  readonly read: (path: string) => string;
}

export function certificatesIn(folder: string): Certificates {
  const known = new Map<string, string>();
  return {
    read(path) {
      const text = known.get(path) ?? readCertificates(resolve(folder, path), path);
      known.set(path, text);
      return text;
    },
  };
}

function readCertificates(path: string, written: string): string {
  const text = readTextFileThere(path, `ca_file: cannot read ${written}`, longestFile.certificates);
  const certificates = blocksOf(text);
  if (certificates.length === 0) {
    throw new MassgenError(
      "configuration",
      `ca_file: there is no certificate in ${written}; it must begin with ${begin}`,
    );
  }
  const wrong = certificates.findIndex((certificate) => !isCertificate(certificate));
  if (wrong >= 0) {
    throw new MassgenError("configuration", `ca_file: certificate ${wrong + 1} in ${written} cannot be read.`);
  }
  return certificates.join("\n");
}

function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let from = text.indexOf(begin); from >= 0; from = text.indexOf(begin, from + 1)) {
    const to = text.indexOf(end, from);
    if (to < 0) return [...blocks, text.slice(from, from + 200)];
    blocks.push(text.slice(from, to + end.length));
    from = to;
  }
  return blocks;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
