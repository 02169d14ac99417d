// The promises of ChatModel that belong to the transport, for authors of HTTP providers.
export { endpointOf } from "./endpoint.ts";
export { streamAnswer, type AnswerCall } from "./stream-answer.ts";
export type { AnswerReader, AnswerStep } from "./answer-events.ts";
export type { JsonPost } from "./json-post.ts";
export type { JsonObject } from "./json-value.ts";
export { extrasFor } from "./request-extras.ts";
export { failureOf, type UpstreamFailure } from "./upstream-failure.ts";
export { usageFrom, type UsageFigures } from "./usage-figures.ts";

// For other transports than a POST that is answered by events: limits, abort and errors around your own generator.
export { modelCall } from "./model-call.ts";
export type { CallGuard } from "./call-guard.ts";
export { broken, unreachable, unusable, upstreamError, type CallSite } from "./call-site.ts";
