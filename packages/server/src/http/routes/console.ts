import { promisify } from "node:util";
import { gzip as gzipCallback } from "node:zlib";
import type { Request, RequestHandler, Response } from "express";
import { ProblemError } from "../../problem.ts";
import type { ConsoleFile, ConsoleSite } from "../console-site.ts";

const gzip = promisify(gzipCallback);

/** Leads browsers from the root to the console, where there is one. Programs get what they got. */
export function toConsole(site: ConsoleSite | undefined): RequestHandler {
  return (req, res, next) => {
    if (site === undefined || req.path !== "/") {
      next();
      return;
    }
    res.vary("Accept");
    if (req.method === "GET" && req.accepts(["json", "html"]) === "html") redirectBelow(req, res, "console/");
    else next();
  };
}

/**
 * The console's pages and files. They are kept in memory, and their names are looked up there: no path of a request
 * reaches a file system.
 */
export function consolePages(site: ConsoleSite | undefined): RequestHandler {
  if (site === undefined) return noConsole;
  const packed = new WeakMap<ConsoleFile, Promise<Buffer>>();
  const packedBody = (file: ConsoleFile): Promise<Buffer> => {
    const known = packed.get(file) ?? gzip(file.body);
    packed.set(file, known);
    return known;
  };
  return async (req, res) => {
    const path = req.path.slice("/console/".length);
    if (!req.path.endsWith("/") && path === "") {
      redirectBelow(req, res, "console/");
      return;
    }
    const file = site.files().get(path) ?? pageAt(site, path);
    if (file === undefined) {
      throw new ProblemError("unknown-url", `The console has nothing at ${req.path.slice(0, 256)}.`);
    }
    res.set({
      "Content-Type": file.type,
      "Cache-Control": file.immutable ? "public, max-age=31536000, immutable" : "no-cache",
      "Content-Security-Policy": site.contentSecurityPolicy,
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
    });
    res.vary("Accept-Encoding");
    // What is packed already only gets longer.
    const packs = /^(text|application)\/|svg/.test(file.type) && req.acceptsEncodings("gzip", "identity") === "gzip";
    if (packs) res.set("Content-Encoding", "gzip");
    res.send(packs ? await packedBody(file) : file.body);
  };
}

/** What stands at `/console` of a server without one. */
const noConsole: RequestHandler = () => {
  throw new ProblemError(
    "unknown-url",
    "The console is not installed on this server. It is the package @massgen/console: install it beside massgen (npm install @massgen/console, with -g where massgen was installed so) and start the server again.",
  );
};

/** The page finds its view in the path by itself. A file that is not there is none. */
function pageAt(site: ConsoleSite, path: string): ConsoleFile | undefined {
  if (!/^[a-z]*(?:\/[^/.]{0,256})?$/.test(path) || path.startsWith("assets")) return undefined;
  return { type: "text/html; charset=utf-8", body: Buffer.from(site.page(path)), immutable: false };
}

/** Relative, since only the client knows under which path a proxy shows this server. */
function redirectBelow({ originalUrl }: Request, res: Response, place: string): void {
  const [path = ""] = originalUrl.split("?");
  const last = path.slice(path.lastIndexOf("/") + 1);
  const from = last === "" || /^console$/i.test(last) ? "" : `${last}/`;
  res.set("Cache-Control", "no-cache").redirect(302, `./${from}${place}`);
}
