import { objectOf, textOf } from "./json-value.ts";

const trust = "; for an authority of your own set ca_file or NODE_EXTRA_CA_CERTS";

const reasons: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "connection refused (nothing listens there)"],
  ["ENOTFOUND", "no such host name"],
  ["EAI_AGAIN", "the name server did not answer"],
  ["ECONNRESET", "connection reset"],
  ["EPIPE", "connection closed"],
  ["ETIMEDOUT", "connecting took too long"],
  ["EHOSTUNREACH", "no route to the host"],
  ["ENETUNREACH", "no route to the network"],
  ["UND_ERR_SOCKET", "closed by the other side"],
  ["UND_ERR_CONNECT_TIMEOUT", "connecting took too long"],
  ["UND_ERR_DESTROYED", "the registry was closed"],
  ["UND_ERR_CLOSED", "the registry was closed"],
  ["CERT_HAS_EXPIRED", "its TLS certificate has expired"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", `its TLS certificate is self-signed${trust}`],
  ["SELF_SIGNED_CERT_IN_CHAIN", `its TLS certificate is signed by an unknown authority${trust}`],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", `its TLS certificate cannot be verified${trust}`],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", `its TLS certificate is signed by an unknown authority${trust}`],
  ["UNABLE_TO_GET_ISSUER_CERT", `its TLS certificate is signed by an unknown authority${trust}`],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its TLS certificate is for another host"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "it does not speak TLS (use http:// ?)"],
  ["ERR_ASSERTION", "it does not speak HTTP"],
]);

/** Why a connection failed, in words. The reason is some causes down in the error that fetch threw. */
export function connectionReason(error: unknown): string {
  const code = findCode(error);
  if (code !== undefined) {
    const reason = reasons.get(code);
    return `${reason ?? deepestMessage(error) ?? "failed"} [${code}]`;
  }
  return deepestMessage(error) ?? "no reason given";
}

function findCode(error: unknown): string | undefined {
  for (const link of chain(error)) {
    const code = textOf(objectOf(link)?.["code"]);
    if (code !== undefined && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  }
  return undefined;
}

function deepestMessage(error: unknown): string | undefined {
  const messages = chain(error).map((link) => (link instanceof Error ? textOf(link.message) : undefined));
  return messages.findLast((message) => message !== undefined);
}

/** An error, its causes, and the first of several errors (one per address tried); ten deep at most. */
function chain(error: unknown): unknown[] {
  const links: unknown[] = [];
  for (let link = error; link !== undefined && link !== null && links.length < 10;) {
    links.push(link);
    link = link instanceof AggregateError ? (link.errors[0] as unknown) : objectOf(link)?.["cause"];
  }
  return links;
}
