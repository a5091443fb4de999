import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

// Beside the real notebooks, so that the kernel finds the library as they do.
const root = join(__dirname, "..", "..", "..");
const folder = join(root, "notebooks", ".kernel-test");
before(() => mkdirSync(folder, { recursive: true }));
after(() => rmSync(folder, { recursive: true, force: true }));

function execute(cells: string[]): {
  status: number | null;
  log: string;
  outputs: { data?: Record<string, unknown> }[];
} {
  const file = join(folder, "cell.ipynb");
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `c${i}`,
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
    metadata: { kernelspec: { name: "tslab", display_name: "TypeScript (tslab)", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(file, JSON.stringify(notebook));
  const jupyter = join(root, ".runtime", "venv", "bin", "jupyter");
  const { status, stderr } = spawnSync(jupyter, ["nbconvert", "--to", "notebook", "--execute", "--inplace", file], {
    encoding: "utf8",
    env: { ...process.env, DDPM_DIP_FIGURES: folder },
  });
  const executed = JSON.parse(readFileSync(file, "utf8")) as {
    cells: { outputs: { data?: Record<string, unknown> }[] }[];
  };
  return { status, log: stderr, outputs: executed.cells.flatMap((cell) => cell.outputs) };
}

test("a cell with a type error fails: the kernel sees the library's real types", () => {
  const { status, log } = execute([
    'import { ddpm } from "ddpm-dip";\nconst schedule: string = ddpm.linearSchedule(10);',
  ]);
  assert.notEqual(status, 0);
  assert.match(log, /Type 'NoiseSchedule' is not assignable to type 'string'/);
});

test("tensors have their types as well", () => {
  const { status, log } = execute([
    'import { data } from "ddpm-dip";\nconst wrong: number = data.cropCentre(null as never, null as never);',
  ]);
  assert.notEqual(status, 0);
  assert.match(log, /Type 'Tensor4D' is not assignable to type 'number'/);
});

test("the stop button ends a trial between two iterations and the kernel lives on", () => {
  const script = `
import sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="tslab", cwd=${JSON.stringify(folder)}, startup_timeout=120)
def run(code, seen):
    message = client.execute(code)
    while True:
        reply = client.get_iopub_msg(timeout=120)
        content = reply["content"]
        if reply["msg_type"] == "stream": print(content["text"])
        if reply["msg_type"] in ("display_data", "update_display_data"):
            print(content["data"]["text/plain"])
            seen(content["data"]["text/plain"])
        ours = reply["parent_header"].get("msg_id") == message
        if ours and content.get("execution_state") == "idle": return
stopped = []
def stop(text):
    if "computing" in text and not stopped:
        stopped.append(text)
        manager.interrupt_kernel()
code = """
import * as experiment from "ddpm-dip-experiments";
const [spec] = experiment.plans.planVariants("smoke");
await experiment.runLive({ ...spec, iterations: 100000 });
"""
run(code, stop)
time.sleep(3)
run("40 + 2", lambda text: None)
manager.shutdown_kernel(now=True)
`;
  const python = join(root, ".runtime", "venv", "bin", "python");
  const { stdout, stderr, status } = spawnSync(python, ["-c", script], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /0 %, .*computing dip-fit-/);
  assert.match(stdout, /interrupted: 0 of 1 trials are stored; run again to go on/);
  assert.match(stdout, /\b42\b/);
});

test("a figure comes as one output with an interactive form and a picture, then its caption; numbers are right", () => {
  const { status, log, outputs } = execute([
    'import { ddpm, figure } from "ddpm-dip";',
    'await figure.showFigure({ id: "kernel-figure", caption: "A caption.", data: [{ type: "scatter", x: [1], y: [ddpm.alphaBarAt(ddpm.linearSchedule(10), 0)] }] });',
  ]);
  assert.equal(status, 0, log);
  assert.deepEqual(Object.keys(outputs[0]?.data ?? {}).sort(), [
    "application/vnd.plotly.v1+json",
    "image/png",
    "text/plain",
  ]);
  const plot = outputs[0]?.data?.["application/vnd.plotly.v1+json"] as { data: { y: number[] }[] };
  assert.deepEqual(plot.data[0]?.y, [1]);
  assert.equal([outputs[1]?.data?.["text/plain"]].flat().join(""), "A caption.");
});
