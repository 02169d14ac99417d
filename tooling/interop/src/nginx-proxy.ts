import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { type RunningProcess, startProcess } from "@massgen/upstream";

/** An nginx that runs. */
export interface NginxProxy extends AsyncDisposable {
  /** Where it listens: an origin without a path. */
  readonly url: string;
}

/** A port of loopback that nobody has at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What is served: locations, and upstreams that these name. */
interface Served {
  readonly locations: string;
  readonly upstreams: string;
}

/** A whole configuration around what is served; everything that it writes stays in its own folder. */
function configuration(port: number, { locations, upstreams }: Served): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${kind};`);
  return `worker_processes 1;
pid nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${temporary.join("\n  ")}
${upstreams}
  server {
    listen 127.0.0.1:${port};
${locations}
  }
}
`;
}

async function start(nginx: string, served: Served): Promise<[url: string, running: RunningProcess]> {
  const port = await freePort();
  const running = await startProcess({
    command: nginx,
    args: ["-e", "stderr", "-p", ".", "-c", "nginx.conf", "-g", "daemon off; master_process off;"],
    files: { "nginx.conf": configuration(port, served) },
  });
  return [`http://127.0.0.1:${port}`, running];
}

/**
 * Starts nginx in the foreground with these locations. nginx takes no port 0: should somebody else take the free one
 * before it does, another is tried.
 * @throws Error with what nginx printed, when it does not start
 */
export async function startNginx(nginx: string, locations: string, upstreams = ""): Promise<NginxProxy> {
  const [url, running] = await start(nginx, { locations, upstreams });
  try {
    await running.prints('using the "epoll" event method');
  } catch (error) {
    await running[Symbol.asyncDispose]();
    if (error instanceof Error && error.message.includes("Address already in use"))
      return startNginx(nginx, locations, upstreams);
    throw error;
  }
  return { url, [Symbol.asyncDispose]: running[Symbol.asyncDispose] };
}
