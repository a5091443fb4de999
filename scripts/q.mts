import * as E0 from "../notebooks/experiments/src/index.ts";
const E = ((E0 as any).tablePriors ? E0 : (E0 as any).default) as any;
const { plans, analysis } = E;
import { trialKey } from "ddpm-dip/trials";
import { readdirSync, readFileSync } from "node:fs";
const loose = new Map(readdirSync("data/results/loose").filter((f) => f.endsWith(".json")).map((f) => [f.replace(".json", ""), JSON.parse(readFileSync("data/results/loose/" + f, "utf8"))]));
for (const f of ["criteria"]) for (const l of readFileSync(`data/results/${f}.jsonl`, "utf8").trim().split("\n")) { const r = JSON.parse(l).record; if (!loose.has(r.key)) loose.set(r.key, r); }
const rec = (s: any) => { const r = loose.get(trialKey(s)); return r ? (r.record ?? r) : undefined; };
const crit = plans.planCriteria("default").filter((s: any) => plans.cbsd68Names.slice(0, 11).includes(s.image.name)).map(rec).filter(Boolean);
const s = analysis.summariseStops(analysis.stopsFrame(crit)).sort((a: any, b: any) => b.psnrMean - a.psnrMean);
for (const r of s) console.log(String(r.variant).padEnd(42), r.images, r.psnrMean.toFixed(2), r.ssimMean.toFixed(3), r.perceptualMean.toFixed(3), "gap", r.gapMedian.toFixed(3), r.gap95.toFixed(2), r.gapWorst.toFixed(2), r.failures.toFixed(2), "it", Math.round(r.detection), "s", Number(r.seconds).toFixed(0));
const el = plans.planCriteriaElsewhere("default").map(rec).filter(Boolean); console.log(el.length);
