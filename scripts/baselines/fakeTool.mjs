#!/usr/bin/env node
import { createInterface } from "node:readline";

/** Speaks as denoise.py does, for tests: gives the noisy image back, or does what FAKE_TOOL says. */
const { FAKE_TOOL: order = "" } = process.env;
const say = (/** @type {object} */ answer) => console.log(JSON.stringify(answer));
say({ python: "3", bm3d: order === "old" ? "3.0.0" : "4.0.3", bm4d: "4", numpy: "2" });
let jobs = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { noisy, shape } = JSON.parse(line);
  jobs++;
  if (order === "dies" && jobs > 1) process.exit(3);
  if (order === "fails") say({ error: "MemoryError: too large" });
  else say({ denoised: noisy, shape: order === "shape" ? [2, 3, 3] : shape, seconds: 0.5, peakMiB: 100 });
}
