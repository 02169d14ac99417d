// What @massgen/providers is made of beyond `/wire` and `/forcing`. It changes with it, in any release.

// Answers: from bytes to events.
export { createBodyReader } from "../wire/body-reader.ts";
export { isDone, readAnswer, type AnswerPiece } from "../wire/answer-reader.ts";
export { answerEvents } from "../wire/answer-events.ts";
export { nextAtHand, type EventIterator } from "../wire/event-iterator.ts";
export { pieceEvents } from "../wire/piece-events.ts";
export { createAnswerEnding, type EndingSigns } from "../wire/answer-ending.ts";
export { finishReasonOf, finishText, finishWordOf, type FinishWord } from "../wire/finish-word.ts";
export { createLeftovers } from "../wire/leftovers.ts";
export { createThinkSplitter, type ThinkPiece } from "../wire/think-splitter.ts";
export { omitsOpeningTag } from "../wire/thought-tags.ts";
export { createCallIds, mostCalls, nextCallNumber } from "../wire/call-number.ts";
export { createHold, mostHeld, OversizedAnswer } from "../wire/oversized-answer.ts";
export { createRawNotes, type RawNotes } from "../wire/raw-finish.ts";
export { tokensOf } from "../wire/usage-figures.ts";

// Requests.
export { postJson, type PostResult } from "../wire/json-post.ts";
export {
  ask,
  sourceOf,
  withDirectWay,
  type ByteSource,
  type DirectRequest,
  type HttpAnswer,
} from "../wire/http-answer.ts";
export { withoutEnding, withoutEndSlashes } from "../wire/endpoint.ts";
export { listOf, numberOf, objectOf, objectsIn, parseJson, textOf, writeJson } from "../wire/json-value.ts";
export { createCallGuard } from "../wire/call-guard.ts";

// Failures.
export { answerError, isFieldName, noAnswer } from "../wire/call-site.ts";
export { connectionReason } from "../wire/connection-reason.ts";
export { codeOf } from "../wire/failure-code.ts";
export {
  failureBeside,
  failureInEnvelope,
  flatFailure,
  isFailureName,
  isFailureReason,
  stoppedBy,
} from "../wire/stream-failure.ts";
export { shownText } from "../wire/upstream-text.ts";
export { fieldOf, isError, redactedCause, textField, wordsOf } from "../foreign-error.ts";

// What is remembered of a model.
export { knownWindow, noteWindow, type WindowMemory } from "../wire/context-figures.ts";
export { createModelMemories, type ModelMemories } from "../wire/model-memories.ts";

// The form of an event.
export { checkedEvent, checkedUsage, kindOf, OddEvent } from "../checked-event.ts";
