import assert from "node:assert/strict";
import { test } from "node:test";
import { fillMarks } from "./markdown.mjs";
import { accelerationLines, denoisingLines, formatResults, readTable, stoppingLines } from "./results.mjs";

const stopping = `variant,images,gapMedian,gap95
oracle,6,0,0
risk estimate of the antithetic pair,6,0.0178,0.1
"ES-WMV, averaged output",6,2.871,3.5
"held-out pixels, 10 %",6,0.05,0.2
`;
const denoising = (combined: number, fitted = 31.25) => `prior,set,sigma,images,psnrMean
CBM3D,"CBSD68, 128x128",25,24,30
"DIP, SURE","CBSD68, 128x128",25,24,28.5
"DIP, SURE, averaged","CBSD68, 128x128",25,24,29
ffdnet,"CBSD68, 128x128",25,24,30.4
ffdnet ×8,"CBSD68, 128x128",25,24,30.5
"ffdnet fitted","CBSD68, 128x128",25,24,30.6
bsd-wide ×8,"CBSD68, 128x128",25,24,30.75
"bsd-wide fitted","CBSD68, 128x128",25,24,${fitted}
"ffdnet fitted + bsd-wide","CBSD68, 128x128",25,24,${combined}
bsd-wide ×8,"other kinds, 128x128",25,11,33
"ffdnet fitted + bsd-wide","other kinds, 128x128",25,11,33.5
`;
const acceleration = `task,method,nfe,psnrMean,secondsTotal,images
half,ddpm,100,26.1,7.5,4
half,ddpm,250,28,19.5,4
half,dip-start,20,26.4,2.04,4
half,dip-start-other-weight,20,29,2.04,4
half,dip,0,25.9,20,4
half,only-spread,0,24,0.01,4
half,start-variation,20,27.5,2.4,4
x2,ddpm,100,25,3,3
x2,dip-start,20,26,1,3
x2,dip,0,25.5,3,3
`;

test("stopping is shown by its gap, beside two criteria of the literature", () => {
  assert.deepEqual(stoppingLines(stopping), [
    "| lost by stopping DIP, σ 25, 6 images of CBSD68: median (95 %) | 0.02 (0.10) dB | – | – | ES-WMV 2.87 (3.50) dB, held-out pixels 0.05 (0.20) dB |",
  ]);
  assert.throws(
    () => stoppingLines("variant,images,gapMedian,gap95\noracle,6,1,2\n"),
    /no row with .*"ES-WMV, averaged output"/,
  );
});

test("on each set the combined method stands beside what it was held against, bold where it is the best of the row", () => {
  assert.deepEqual(denoisingLines(denoising(31)), [
    "| denoising, σ 25, CBSD68, 128x128 (24 images) | **31.25 dB** (31.00) | 29.00 dB | 30.75 dB | CBM3D 30.00 dB, FFDNet 30.50 dB, FFDNet fitted to the image 30.60 dB |",
    "| denoising, σ 25, other kinds, 128x128 (11 images) | **33.50 dB** | – | 33.00 dB | |",
  ]);
  assert.match(denoisingLines(denoising(31, 30.7))[0] as string, /\| 30\.70 dB \(31\.00\) \| 29\.00 dB \| 30\.75 dB/);
  assert.throws(() => denoisingLines(denoising(31).replaceAll(" fitted", "")), /no row of the combined method/);
});

test("the tasks are shown by the mean of the best of each way in time, with a dash for one that is not quick enough everywhere", () => {
  assert.deepEqual(accelerationLines(acceleration), [
    "| filling in within 8 s, 2 tasks (4 crops of CBSD68) | 26.20 dB | – | 25.55 dB | – |",
  ]);
});

test("a table that is not there yet has no rows; one without its columns is refused by name", () => {
  const text = formatResults({ stopping, denoising: undefined, acceleration: undefined });
  assert.equal(text.split("\n").filter((line) => line.startsWith("| ")).length, 3);
  assert.throws(() => readTable("a,b\n1,2\n", ["a", "c"]), /want rows with a,c, got none of c/);
  assert.throws(() => readTable("a,b\n", ["a"]), /want rows with a, got no row/);
});

test("text is put between its marks and nowhere else", () => {
  const text = "top\n<!-- x: by hand -->\nold\n<!-- /x -->\nend\n";
  assert.equal(fillMarks(text, "x", "new"), "top\n<!-- x: by hand -->\nnew\n<!-- /x -->\nend\n");
  assert.equal(fillMarks(fillMarks(text, "x", "$& $1"), "x", "b"), fillMarks(text, "x", "b"));
  assert.throws(() => fillMarks("none", "x", "new"), /there is no place for "x"/);
});
