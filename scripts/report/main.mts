import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { renewTexts } from "../readme/renew.mjs";
import { notebookNames } from "../setup/places.mjs";
import { root } from "../setup/process.mjs";
import { executeNotebook, InterruptedRun, saveNotebook } from "./execute.mjs";
import type { Chapter } from "./merge.mjs";
import { publish } from "./publish.mjs";

const title = "Two image models joined by a measured error: DDPM and Deep Image Prior";

function progressLine(text: string): () => void {
  const started = Date.now();
  process.stdout.write(`${text} ... `);
  return () => process.stdout.write(`${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

async function main(): Promise<void> {
  const jupyter = process.env.DDPM_DIP_JUPYTER;
  if (!jupyter) throw new Error("DDPM_DIP_JUPYTER names no jupyter: start this by npm start");
  const profile = experiment.readProfile();
  const saves = process.argv.includes("--save");
  const report = profile.name === "smoke" ? join(root, "report", "smoke") : join(root, "report");
  const work = join(report, "notebooks");
  if (profile.name === "smoke") rmSync(report, { recursive: true, force: true });
  mkdirSync(report, { recursive: true });
  const files = notebookNames().map((name) => join(root, "notebooks", name));

  const chapters: Chapter[] = [];
  for (const [index, file] of files.entries()) {
    const name = basename(file, ".ipynb");
    const done = progressLine(`[notebook ${index + 1}/${files.length}] ${name}`);
    const notebook = await executeNotebook(jupyter, file, work);
    if (saves) saveNotebook(notebook, file);
    chapters.push({ name, notebook });
    done();
  }
  if (saves) renewTexts(root);
  const machine = experiment.describeMachine();
  const today = new Date().toISOString().slice(0, 10);
  const subtitle = `A report that runs: TypeScript in Jupyter, on TensorFlow. Profile “${profile.name}”, put together on ${today} on ${machine.cores} cores of ${machine.processor}.`;
  const done = progressLine("[report] paper and appendix, HTML and PDF");
  await publish({ title, subtitle, chapters, figuresFolder: profile.figuresFolder, folder: report, jupyter });
  done();
  // For who reads on GitHub.
  if (saves) copyFileSync(join(report, "report.pdf"), join(root, "figures", "paper.pdf"));
  for (const name of ["report", "appendix"])
    for (const end of ["html", "pdf"]) console.log(join(report, `${name}.${end}`));
}

try {
  await main();
} catch (error) {
  console.error(`\nerror: ${runtime.whyOf(error)}`);
  process.exitCode = error instanceof InterruptedRun ? 130 : 1;
}
