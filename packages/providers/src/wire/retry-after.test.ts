import { expect, test } from "vitest";
import { retryAfterOf, retryDelayOf } from "./retry-after.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

test.each<[Record<string, string>, number | undefined]>([
  [{ "retry-after": "3" }, 3000],
  [{ "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" }, 5000],
  [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
  [{ "retry-after-ms": "40", "retry-after": "3" }, 40],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{}, undefined],
])("%j", (headers, ms) => expect(retryAfterOf(new Headers(headers), now)).toBe(ms));

test.each<[unknown, number | undefined]>([
  [[{ "@type": "QuotaFailure" }, { retryDelay: "34.4s" }], 34_400],
  [[{ retryDelay: "later" }], undefined],
  [undefined, undefined],
])("RetryInfo %j", (details, ms) => expect(retryDelayOf(details)).toBe(ms));
