import assert from "node:assert/strict";
import { test } from "node:test";
import { fillMarks } from "./marks.mjs";
import {
  accelerationLines,
  denoisingLines,
  formatResults,
  naturalLines,
  readTable,
  secondSetLines,
  stoppingLines,
} from "./results.mjs";

const stopping = `rule,sigma,gapMedianDb,gap95Db
pair,15,0.0178,0.1
es-wmv,15,2.871,3.5
`;
const restoration = `method,sigma,imageSize,psnrMean,psnrLow,psnrHigh
whole,25,64,29.104,28.26,30.04
dip-oracle,25,64,27.5,27,28
ddpm,25,64,28.406,28,29
whole,25,128,31,30,32
`;
const acceleration = `task,method,nfe,psnrMean,secondsTotal
half,ddpm,10,24,0.4
half,ddpm,250,26.1,9.5
half,dip-start-and-errors,10,25,1
half,dip-start-and-errors,20,27.25,4
half,dip-start-and-errors,10,26.4,2.04
half,dip,0,25.9,20
half,start-spread,20,26.1,0.4
x2,ddpm,250,25,5
x2,ddpm,100,25,3
x2,dip-start-and-errors,20,26,1
x2,dip,0,25.5,3
x2,dip-usual,0,25.25,2
"denoising, sigma 25",ddpm,250,28,9
`;

test("stopping is shown by sigma, the pair beside ES-WMV", () => {
  assert.deepEqual(stoppingLines(stopping), [
    "| lost by stopping DIP, σ 15: median (95 %) | **0.02 (0.10) dB** | ES-WMV: 2.87 (3.50) dB | – | – |",
  ]);
  assert.throws(() => stoppingLines("rule,sigma,gapMedianDb,gap95Db\npair,15,1,2\n"), /no row with .*"es-wmv"/);
});

test("denoising is shown at the smaller size, with the interval of the whole", () => {
  assert.deepEqual(denoisingLines(restoration), [
    "| denoising, σ 25 | **29.10 dB** (28.3 to 30.0) | 27.50 dB | 28.41 dB | – |",
  ]);
});

test("the second test set has a row of its own, with its size", () => {
  const csv = `method,sigma,imageSize,psnrMean,psnrLow,psnrHigh
dip-oracle,25,128,28.5,28,29
ddpm,25,128,28.75,28,29
whole,25,128,30.25,29.5,31
`;
  assert.deepEqual(secondSetLines(csv), [
    "| denoising, σ 25, Set14 at 128x128 | **30.25 dB** (29.5 to 31.0) | 28.50 dB | 28.75 dB | – |",
  ]);
  assert.throws(() => secondSetLines(csv.replace("whole", "pair")), /no row with .*"whole"/);
});

test("on CBSD68 the combined method is bold where it is the best of the row, at the levels that it was run at", () => {
  const csv = (combined: string) => `prior,psnr15,psnr25,psnr50
CBM3D,32,30,27
ffdnet,33,30.5,27.5
bsd,33.25,30.75,27.25
"ffdnet + bsd, adapted",${combined}
`;
  assert.deepEqual(naturalLines(csv("33.5,30.625,–")), [
    "| denoising, σ 15, CBSD68 at 128x128 | **33.50 dB** | – | 33.25 dB | CBM3D 32.00 dB, FFDNet 33.00 dB |",
    "| denoising, σ 25, CBSD68 at 128x128 | 30.63 dB | – | 30.75 dB | CBM3D 30.00 dB, FFDNet 30.50 dB |",
  ]);
  assert.throws(() => naturalLines(csv("33,30,27").replace(", adapted", "")), /no row of the combined method/);
});

test("a task shows the quickest that is as good as the DDPM's most evaluations, and says where none is", () => {
  assert.deepEqual(accelerationLines(acceleration), [
    "| half, as good as 250 evaluations of the DDPM | 26.4 dB in 2.0 s | not on the mean | 26.1 dB in 9.5 s | **26.1 dB in 0.4 s** |",
    "| x2, as good as 250 evaluations of the DDPM | **26.0 dB in 1.0 s** | 25.3 dB in 2.0 s | 25.0 dB in 3.0 s | not on the mean |",
  ]);
});

test("a table that is not there yet has no rows; one without its columns is refused by name", () => {
  const missing = { restoration: undefined, secondSet: undefined, acceleration: undefined, natural: undefined };
  const text = formatResults({ stopping, ...missing });
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
