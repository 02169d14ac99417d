// node --expose-gc --import probe.ts <server>: a server's figures, asked for and told over the channel to its parent.

/** What a server's process says about itself. */
export interface ProcessFigures {
  /** User and system time of all its threads so far, in microseconds. */
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** JavaScript heap in use, after a collection where one was asked for. */
  readonly heapBytes: number;
  /** TCP connections that are open, in either direction. */
  readonly sockets: number;
}

/** What the parent sends. */
export type ProbeRequest = "figures" | "figures after collection";

process.on("message", (request: ProbeRequest) => {
  if (request === "figures after collection") globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
  const figures: ProcessFigures = { cpuUs: user + system, rssBytes: rss, heapBytes: heapUsed, sockets };
  process.send?.(figures);
});
// Listening to the parent must not keep the server alive.
process.channel?.unref();
