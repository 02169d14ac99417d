/** A host that `server.allowed_host` and `--allowed-host` may name: without scheme, port, path or user. */
export const hostNamePattern = /^(\*|\[[0-9a-f:.]+\]|[^\s/?#@:*[\]\\,]{1,253})$/i;
