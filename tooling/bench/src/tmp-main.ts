import { paired } from "./paired-tmp.ts";
await paired(process.argv[2] ?? "");
