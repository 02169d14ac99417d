import type { RunEvent } from "@massgen/core";
import { render } from "preact";
import type { RunAccount } from "./server/run-item.ts";
import { ExportedRun } from "./views/look-back/exported-run.tsx";
import "./style/all.css";

const page = document.getElementById("page");
const json = document.getElementById("massgen-run")?.textContent;
if (page !== null && json) {
  const { run, events } = JSON.parse(json) as { run: RunAccount; events: readonly RunEvent[] };
  page.replaceChildren();
  render(<ExportedRun run={run} events={events} />, page);
}
