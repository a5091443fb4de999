#!/usr/bin/env node
import { copyFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Speaks as denoise.py does, for tests: gives the noisy image back, or does what FAKE_TOOL says. */
const { FAKE_TOOL: order = "" } = process.env;
console.log(
  JSON.stringify({ python: "3", bm3d: "4.0.3", bm4d: "4", numpy: "2", ...(order === "old" && { bm3d: "3.0.0" }) }),
);
let jobs = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { input, output } = JSON.parse(line);
  jobs++;
  if (order === "dies" && jobs > 1) process.exit(3);
  if (order === "fails") {
    console.log(JSON.stringify({ error: "MemoryError: too large" }));
    continue;
  }
  if (order === "shape") {
    const head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 3), }".padEnd(117);
    writeFileSync(
      output,
      Buffer.concat([Buffer.from(`\x93NUMPY\x01\x00\x76\x00${head}\n`, "latin1"), Buffer.alloc(72)]),
    );
  } else copyFileSync(input, output);
  console.log(JSON.stringify({ seconds: 0.5, peakMiB: 100 }));
}
