import { expect, test } from "vitest";
import { longestWaitMs, retryAfterOf, retryDelayOf } from "./retry-after.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

test.each<[Record<string, string>, number | undefined]>([
  [{ "retry-after": "3" }, 3000],
  [{ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }, 5000],
  [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
  [{ "retry-after-ms": "40", "retry-after": "3" }, 40],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "1.5" }, 1500],
  [{ "retry-after": "86401" }, longestWaitMs],
  [{ "retry-after": "9".repeat(400) }, longestWaitMs],
  [{ "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, longestWaitMs],
  [{ "retry-after": "Thursday, 01-Jan-26 00:00:07 GMT" }, 7000],
  [{ "retry-after-ms": "2147483650" }, longestWaitMs],
  [{ "retry-after-ms": "never", "retry-after": "3" }, 3000],
  [{ "retry-after": "Infinity" }, undefined],
  [{ "retry-after": "1e300" }, undefined],
  [{ "retry-after": "-5" }, undefined],
  [{ "retry-after": "soon 5" }, undefined],
  [{ "retry-after": "0x10" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{}, undefined],
])("%j", (headers, ms) => expect(retryAfterOf(new Headers(headers), now)).toBe(ms));

test.each<[unknown, number | undefined]>([
  [[{ "@type": "QuotaFailure" }, { retryDelay: "34.4s" }], 34_400],
  [[{ retryDelay: "later" }], undefined],
  [[{ retryDelay: `${"9".repeat(300)}s` }], longestWaitMs],
  [[{ retryDelay: "-3s" }, { retryDelay: "1e9s" }], undefined],
  [undefined, undefined],
])("RetryInfo %j", (details, ms) => expect(retryDelayOf(details)).toBe(ms));
