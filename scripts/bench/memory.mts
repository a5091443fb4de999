import { engine } from "./contenders.mjs";
import type { Work } from "./rows.mjs";

// A process of its own, for the peak of a process only rises: prints milliseconds and MiB of one work as JSON.
const work = JSON.parse(process.argv[2] as string) as Work;
await engine.open(work);
const times = (await engine.run(9)).sort((a, b) => a - b);
engine.close();
console.log(JSON.stringify({ ms: times[4], peakMiB: process.resourceUsage().maxRSS / 1024 }));
