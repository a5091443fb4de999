import { readFileSync } from "node:fs";
import { experiment } from "ddpm-dip";

for (const key of process.argv.slice(2)) {
  const r = JSON.parse(readFileSync(`data/results/${key}.json`, "utf8")).record;
  const v = await experiment.verify.verifyTrial(r, { signal: new AbortController().signal });
  if (v.state === "not possible") console.log(key, v);
  else {
    const by = (re: RegExp) =>
      v.differences
        .filter((d) => re.test(d.name))
        .map((d) => [d.name, d.stored, d.recomputed, Math.abs(d.stored - d.recomputed)] as const)
        .sort((a, b) => b[3] - a[3])
        .slice(0, 4);
    console.log(
      key,
      v.state,
      v.seconds.toFixed(0),
      JSON.stringify({ psnr: by(/psnr/i), it: by(/iteration|noticed/i), ssim: by(/ssim/i).slice(0, 1) }),
    );
  }
}
