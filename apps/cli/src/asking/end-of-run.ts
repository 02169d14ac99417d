import type { RunResult } from "@massgen/core";
import { receiptLine } from "../board/receipt-line.ts";
import { meaningOfFailure, meaningOfReason } from "../runs/account/meanings.ts";
import { exitCode, type ExitCode } from "../terminal/exit-code.ts";
import { plainBlock, wrapped } from "../terminal/plain-text.ts";
import type { Screen } from "../terminal/screen.ts";

/** The most characters of what services said about a failure. */
const mostFailure = 4000;

/** How a run ended and what it took; why its answer is less than what was asked for, if it is. */
export function endLines(result: RunResult, screen: Screen): readonly string[] {
  const { degraded, reasons } = result.receipt;
  const line = wrapped(receiptLine(result), screen.width).map(screen.faint);
  if (result.status !== "answered" || !degraded) return line;
  return [...line, ...reasons.flatMap((reason) => wrapped(meaningOfReason(reason), screen.width).map(screen.bad))];
}

/** Why there is no answer, and what can be done about it; empty where there is one. */
export function failureLines(result: RunResult, screen: Screen): readonly string[] {
  if (result.status !== "failed") return [];
  const { code, message } = result.failure;
  const why = wrapped(`Failed: ${code}. ${plainBlock(message, mostFailure)}`, screen.width);
  return [...why.map(screen.bad), ...wrapped(meaningOfFailure(code), screen.width)];
}

/** What a finished run means for the person who started the command. */
export function codeOf({ status, receipt }: RunResult, strict: boolean): ExitCode {
  if (status !== "answered") return exitCode.failure;
  return strict && receipt.degraded ? exitCode.degraded : exitCode.ok;
}
