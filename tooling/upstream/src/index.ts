export { argumentsText, piecesOf } from "./answer.ts";
export type { Answer, PiecedAnswer, ReplyFinish, ReplyToolCall, ReplyUsage } from "./answer.ts";
export { behaviour, body, jsonType, streaming, type Behaviour, type Step } from "./behaviour.ts";
export type { CallContent, CallPhase, CallState, UpstreamCall, UpstreamMessage } from "./call.ts";
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
  type TextOptions,
} from "./reply.ts";
export { recordedStream, replayed } from "./recording.ts";
export { wireAt } from "./read-call.ts";
export { inManner } from "./respond.ts";
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
export { chatWire, type ChatManner } from "./wire/openai-chat.ts";
export { framed, type Source, type Wire, type WireEvent } from "./wire/wire.ts";
export { wireNames, wires, type WireName } from "./wire/wires.ts";
