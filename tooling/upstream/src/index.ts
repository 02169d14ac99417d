export { agreeableTeam } from "./agreeable-team.ts";
export type { CallContent, CallPhase, CallState, UpstreamCall, UpstreamMessage, WireName } from "./call.ts";
export { runMassgen, startMassgen, type MassgenProcess, type MassgenSettings } from "./massgen-process.ts";
export { startLlamaServer, type LlamaServer, type LlamaServerOptions } from "./llama-server.ts";
export { startProxy, type ProxySettings, type TestProxy } from "./proxy.ts";
export { startProcess, type ProcessSettings, type RunningProcess } from "./process.ts";
export {
  cut,
  defaultUsage,
  empty200,
  gated,
  hang,
  hangMidStream,
  html200,
  httpError,
  inBandError,
  json200,
  newAnswer,
  paced,
  raw,
  reset,
  text,
  toolCalls,
  vote,
  type Pace,
  type Reply,
  type ReplyFinish,
  type ReplyToolCall,
  type ReplyUsage,
  type TextOptions,
} from "./reply.ts";
export { testAuthority, testCertificate } from "./tls.ts";
export { startUpstream, type Script, type Upstream, type UpstreamOptions } from "./upstream.ts";
export {
  documentedConfig,
  geminiKey,
  openaiKey,
  openaiTeam,
  pointedAt,
  startTeam,
  type ServedTeam,
  type TeamSettings,
} from "./team.ts";
export { draftOf, labelOf, teamScript } from "./team-script.ts";
