export { consoleFiles, type ConsoleFile } from "./console-files.ts";
export { consolePage, contentSecurityPolicy } from "./console-page.ts";
export { exportedPage, type ExportedRun } from "./exported-page.ts";
