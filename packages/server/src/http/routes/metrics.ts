import type { RequestHandler } from "express";
import type { MetricsPage } from "../options.ts";

/** The page that a scraper reads. */
export function metrics(page: MetricsPage): RequestHandler {
  return async (_req, res) => {
    const { contentType, text } = await page();
    res.set({ "Cache-Control": "no-store", "Content-Type": contentType }).send(text);
  };
}
