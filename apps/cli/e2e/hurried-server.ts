// Loaded into the massgen under test: what a client has minutes for in production, it has a third of a second for here.
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

const createServer = http.createServer;
const hurried = (options: http.ServerOptions, app: http.RequestListener): http.Server =>
  createServer({ ...options, headersTimeout: 300, requestTimeout: 300, connectionsCheckingInterval: 50 }, app);
http.createServer = hurried as typeof createServer;
syncBuiltinESMExports();
