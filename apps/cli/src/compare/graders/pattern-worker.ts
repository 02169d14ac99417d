import { serveJobs } from "@massgen/core/worker";
import type { PatternJob } from "./pattern.ts";

// Written by whom it may be: a pattern can take for ever, and is killed here if it does.
serveJobs(({ source, flags, text }: PatternJob): boolean => new RegExp(source, flags).test(text));
