"""Trains a residual U-Net (lib/src/ddpm/residualUnet.ts) as a DDPM in PyTorch, with bfloat16 products where the processor
has them: on a CPU with AMX, or a GPU, several times as fast as float32. The same spec, schedule, loss and average as
`npm run train -- NAME`; other random numbers.

Usage, in an environment with torch, numpy, pillow and safetensors (the project needs none of this to run):

    npm run train -- NAME --spec spec.json
    python scripts/priors/train.py spec.json --data FOLDER_OF_BSD400 --photos data/photos --out OUT --minutes 100
    python scripts/priors/train.py spec.json --data FOLDER_OF_CIFAR10 --out OUT --minutes 240

With --minutes the learning rate falls over that time instead of over the spec's steps, and the log says how many steps were made.

Every two minutes the state goes to OUT/NAME.state.pt; the same command goes on from there. Every validation also writes the averaged
weights as OUT/NAME.safetensors, in the layout that the library reads, and the log that its card is written from.
"""

import argparse
import json
import math
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.numpy import save_file
from residual_unet import ResidualUnet
from torch import nn
from torch.nn import functional as F

class Muon:
    """Momentum orthogonalised by Newton and Schulz (Jordan et al. 2024), scaled to the size of Adam's steps (Liu et al. 2025):
    lib/src/nn/muon.ts. Matrices of a shape are orthogonalised together."""

    def __init__(self, parameters, momentum=0.95):
        self.groups, self.momentum = {}, momentum
        for parameter in parameters:
            rows, columns = parameter.shape[0], parameter[0].numel()
            self.groups.setdefault((rows, columns), []).append(parameter)
        self.moments = {
            key: torch.zeros(len(group), *key, device=group[0].device) for key, group in self.groups.items()
        }

    @torch.no_grad()
    def step(self, rate):
        for (rows, columns), group in self.groups.items():
            gradient = torch.stack([p.grad.reshape(rows, columns) for p in group])
            moment = self.moments[rows, columns].lerp_(gradient, 1 - self.momentum)
            x = gradient.lerp_(moment, self.momentum)
            x = (x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
            if rows > columns:
                x = x.transpose(1, 2)
            for _ in range(5):
                square = x @ x.transpose(1, 2)
                x = 3.4445 * x + (2.0315 * square @ square - 4.775 * square) @ x
            if rows > columns:
                x = x.transpose(1, 2)
            size = 0.2 * math.sqrt(max(rows, columns))
            for parameter, move in zip(group, x.float()):
                parameter.add_(move.reshape(parameter.shape), alpha=-rate * size)


def as_library(state):
    """The weights under the library's names and in its layout: strided 2x2 convolutions as 1x1 ones of stacked blocks."""
    tensors = {}
    for name, value in state.items():
        value = value.detach().float().cpu()
        kind, *rest = name.split(".")
        if kind in ("shrink", "enlarge"):
            place, part = rest
            target = f"{'down' if kind == 'shrink' else 'up'}.{place}.{kind}.{part}"
            if part == "bias":
                value = value if kind == "shrink" else value.repeat(4)
            elif kind == "shrink":  # [out, in, row, column] -> [1, 1, (row, column, in), out]
                value = value.permute(2, 3, 1, 0).reshape(1, 1, -1, value.shape[0])
            else:  # [in, out, row, column] -> [1, 1, in, (row, column, out)]
                value = value.permute(0, 2, 3, 1).reshape(1, 1, value.shape[0], -1)
        else:
            target = name
            if value.ndim == 4:
                value = value.permute(2, 3, 1, 0)
            elif value.ndim == 2 and kind != "classes":
                value = value.t()
        tensors[target] = value.contiguous().numpy()
    return tensors


def linear_schedule(steps):
    alpha_bar = np.cumprod(1 - np.linspace(1e-4, 0.02, steps))
    return np.concatenate([[1.0], alpha_bar])


def read(file, scale=1.0):
    image = Image.open(file).convert("RGB")
    if scale != 1:
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.LANCZOS)
    return np.asarray(image)


def bsd400(folder):
    """All 400 by their path; every fiftieth is kept for tuning (lib/src/data/bsd400.ts)."""
    folder = Path(folder)
    files = sorted(p for p in folder.rglob("*.jpg") if p.parent.name in ("train", "test"))
    if len(files) != 400:
        raise SystemExit(f"BSD400: got {len(files)} images in folders train and test of {folder}, want 400")
    return [f for i, f in enumerate(files) if i % 50], files[::50]


class Patches:
    def __init__(self, planes, batch, size, seed):
        self.planes, self.batch, self.size = planes, batch, size
        self.random = np.random.default_rng(seed)
        weights = np.array([math.sqrt((p.shape[0] - size + 1) * (p.shape[1] - size + 1)) for p in planes])
        self.edges = np.cumsum(weights / weights.sum())

    def next(self):
        """Images [batch, channels, height, width] as bytes, and their classes where there are any."""
        size, draw = self.size, self.random
        out = np.empty((self.batch, size, size, 3), np.uint8)
        for image in range(self.batch):
            plane = self.planes[min(len(self.planes) - 1, np.searchsorted(self.edges, draw.random()))]
            top, left = draw.integers(plane.shape[0] - size + 1), draw.integers(plane.shape[1] - size + 1)
            patch, turn = plane[top : top + size, left : left + size], draw.integers(8)
            if turn & 1:
                patch = patch.transpose(1, 0, 2)
            out[image] = patch[:: -1 if turn & 2 else 1, :: -1 if turn & 4 else 1]
        return torch.from_numpy(out).permute(0, 3, 1, 2), None


class Labelled:
    """CIFAR-10 as JPEG files <side>/<class>/*.jpg: every image once an epoch, mirrored by half (lib/src/data/batchSource.ts)."""

    def __init__(self, folder, batch, seed):
        self.images, self.labels = read_cifar10(Path(folder) / "train")
        self.batch, self.random, self.order = batch, np.random.default_rng(seed), []

    def next(self):
        if len(self.order) < self.batch:
            self.order = list(self.random.permutation(len(self.images)))
        chosen = [self.order.pop() for _ in range(self.batch)]
        images = self.images[chosen].copy()
        mirrored = self.random.random(self.batch) < 0.5
        images[mirrored] = images[mirrored, :, ::-1]
        return torch.from_numpy(images).permute(0, 3, 1, 2), torch.from_numpy(self.labels[chosen])


def read_cifar10(folder):
    classes = sorted(p.name for p in folder.iterdir() if p.is_dir())
    if len(classes) != 10:
        raise SystemExit(f"CIFAR-10: got {len(classes)} folders in {folder}, want one a class")
    files = [(f, i) for i, name in enumerate(classes) for f in sorted((folder / name).glob("*.jpg"))]
    return np.stack([read(f) for f, _ in files]), np.array([i for _, i in files])


def rate_at(plan, step, share):
    """Warm-up, then a cosine down; by the share of the whole training that is done."""
    if step < plan["warmup"]:
        return plan["peak"] * (step + 1) / plan["warmup"]
    return plan["peak"] * (plan["last"] + (1 - plan["last"]) * (1 + math.cos(math.pi * share)) / 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("spec")
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", help="data/photos, for the training on BSD400")
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--weights", help="a state of an earlier training whose averaged weights this one starts from")
    options = parser.parse_args()
    spec = json.loads(Path(options.spec).read_text())
    torch.set_num_threads(options.threads)
    torch.manual_seed(spec["seeds"]["network"])
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.backends.cudnn.benchmark = True
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    name, size, batch = spec["name"], spec["size"], spec["batch"]
    alpha_bar = linear_schedule(spec["model"]["schedule"]["steps"])
    signal_at, noise_at = torch.tensor(np.sqrt(alpha_bar)).float(), torch.tensor(np.sqrt(1 - alpha_bar)).float()
    log_sigmas = np.log((1 - alpha_bar[1:]) / alpha_bar[1:]) / 2
    middles = (log_sigmas[1:] + log_sigmas[:-1]) / 2
    log_sigma_at = torch.tensor(np.concatenate([[math.log(1e-12) / 2], log_sigmas])).float()

    source, held, words = (open_cifar10 if spec["data"]["kind"] == "cifar10" else open_bsd400)(spec, options)
    held = torch.from_numpy(held).permute(0, 3, 1, 2).float() / 127.5 - 1

    shape = spec["model"]["network"]
    make = lambda: ResidualUnet(shape["widths"], shape["blocks"], shape["embedding"], shape["classes"]).to(
        device, memory_format=torch.channels_last
    )
    net, average = make(), make()
    average.load_state_dict(net.state_dict())
    # As in the library: kernels but the first and last by Muon, everything else by Adam.
    named = [(n, p) for n, p in net.named_parameters()]
    kernels = [p for n, p in named if p.ndim == 4 and not n.startswith(("input", "output"))]
    others = [p for _, p in named if not any(p is kernel for kernel in kernels)]
    muon = Muon(kernels) if spec["optimizer"] == "muon" else None
    optimizer = torch.optim.Adam(others if muon else net.parameters(), lr=1e-4)
    log = {
        "spec": spec, "loss": [], "validation": [], "seconds": 0.0, "dataShare": 0.0,
        "parameters": int(sum(v.size for v in as_library(net.state_dict()).values())),
        **words,
        "machine": f"PyTorch {torch.__version__} in bfloat16 on {describe(device)}",
        "finished": False,
    }
    state_file, step, spent = out / f"{name}.state.pt", 0, 0.0
    if state_file.exists():
        kept = torch.load(state_file, weights_only=False)
        if kept["log"]["spec"] != spec:
            raise SystemExit(f"{state_file} is of another spec of {name}; remove it to begin anew")
        net.load_state_dict(kept["net"])
        average.load_state_dict(kept["average"])
        optimizer.load_state_dict(kept["optimizer"])
        if muon:
            muon.moments = kept["moments"]
        log, step, spent = kept["log"], kept["step"], kept["spent"]
        source.random = np.random.default_rng([spec["seeds"]["data"], step])
        torch.manual_seed(spec["seeds"]["training"] + step)
    elif options.weights:
        kept = torch.load(options.weights, weights_only=False)
        net.load_state_dict(kept["average"])
        average.load_state_dict(kept["average"])
    times, draw = spec["times"], np.random.default_rng([spec["seeds"]["training"], step])

    def levels():
        anywhere = draw.integers(1, len(alpha_bar), batch)
        if times == "uniform":
            return torch.from_numpy(anywhere)
        wanted = np.searchsorted(middles, draw.normal(times["mean"], times["deviation"], batch)) + 1
        return torch.from_numpy(np.where(draw.random(batch) < times["uniformShare"], anywhere, wanted))

    def validate():
        rows, generator = [], torch.Generator().manual_seed(1)
        with torch.no_grad():
            for t in spec["validateAt"]:
                noise = torch.randn(held.shape, generator=generator)
                noisy = signal_at[t] * held + noise_at[t] * noise
                said = average(noisy.to(device), log_sigma_at[t].repeat(len(held)).to(device)).cpu()
                clean = (signal_at[t] * noisy - noise_at[t] * said).clamp(-1, 1)
                predicted = noise_at[t] * noisy + signal_at[t] * said
                rows.append({
                    "t": t, "loss": float(((predicted - noise) ** 2).mean()),
                    "cleanError": float(((clean - held) ** 2).mean()) / 4,
                })
        log["validation"].append({"step": step, "seconds": round(spent, 1), "levels": rows})
        shown = "  ".join(f"t={r['t']} {-10 * math.log10(r['cleanError']):.2f}" for r in rows if r["t"] in (5, 20, 50, 100))
        print(f"step {step}  {spent / 60:.1f} min  {shown}", flush=True)

    def save():
        part = out / f"{name}.state.part"
        torch.save({"net": net.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                    "moments": muon.moments if muon else {}, "log": log, "step": step, "spent": spent}, part)
        os.replace(part, state_file)
        metadata = {"kind": "ddpm", "name": name, "data": log["data"], "licence": log["licence"],
                    "description": json.dumps(spec["model"])}
        half = {key: value.astype(np.float16) for key, value in as_library(average.state_dict()).items()}
        save_file(half, out / f"{name}.part", metadata)
        os.replace(out / f"{name}.part", out / f"{name}.safetensors")
        (out / f"{name}.json.part").write_text(json.dumps({**log, "seconds": round(spent, 1)}))
        os.replace(out / f"{name}.json.part", out / f"{name}.json")

    stopping = []
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda *_: stopping.append(True))
    began, saved, recent = time.time(), time.time(), []
    length = 100
    earlier = spent

    def share_done():
        if options.minutes is None:
            return step / spec["steps"]
        return min(1, (earlier + time.time() - began) / (options.minutes * 60))

    while share_done() < 1 and not stopping:
        started = time.perf_counter()
        images, labels = source.next()
        clean = (images.to(device).float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)
        if labels is not None:
            left_out = torch.from_numpy(draw.random(len(labels)) < spec["unlabelled"])
            labels = labels.masked_fill(left_out, shape["classes"]).to(device)
        t = levels()
        signal_, noise_ = (table[t][:, None, None, None].to(device) for table in (signal_at, noise_at))
        noise = torch.randn_like(clean)
        noisy = signal_ * clean + noise_ * noise
        rate = rate_at(spec["learningRate"], step, share_done())
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast(device, torch.bfloat16):
            said = net(noisy, log_sigma_at[t].to(device), labels)
        loss = F.mse_loss(said.float(), signal_ * noise - noise_ * clean)
        net.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), spec["clipNorm"])
        optimizer.step()
        if muon:
            muon.step(rate)
        decay = min(spec["averageDecay"], (step + 1) / (step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(net.parameters()), 1 - decay)
        step += 1
        recent.append(loss.detach())
        if len(recent) == length:
            # Read once in a hundred steps, for a GPU is waited for where its numbers are read.
            mean = torch.stack(recent).mean().item()
            if not math.isfinite(mean):
                raise SystemExit(f"the loss became {mean} before step {step}")
            log["loss"].append({"step": step, "loss": mean})
            recent = []
        spent += time.perf_counter() - started
        if step % 100 == 0 and step < 1000 and log["loss"]:
            print(f"step {step}  {spent / step * 1000:.0f} ms a step  loss {log['loss'][-1]['loss']:.4f}", flush=True)
        if log["loss"] and step % spec["validateEvery"] == 0:
            validate()
        if time.time() - saved > 120:
            save()
            saved = time.time()
    log["finished"] = not stopping
    if log["finished"]:
        if not log["validation"] or log["validation"][-1]["step"] != step:
            validate()
        log["spec"] = {**spec, "steps": step}
    save()
    print("finished" if log["finished"] else f"stopped after step {step}; the same command goes on from there")


def open_bsd400(spec, options):
    size, scales = spec["size"], spec["data"]["scales"]
    train, tune = bsd400(options.data)
    photos = sorted(Path(options.photos, "train").glob("*.png"))
    if not photos:
        raise SystemExit(f"there are no photos in {options.photos}/train")
    planes = [read(f, s) for f in train for s in scales] + [read(f) for f in photos]
    source = Patches([p for p in planes if min(p.shape[:2]) >= size], spec["batch"], size, spec["seeds"]["data"])
    words = {
        "data": f"392 of the 400 images of BSDS500's folders train and test at {' and '.join(map(str, scales))} of their size, and "
        f"{len(photos)} embedded photos; validated on the 128x128 centres of the other 8",
        "licence": "BSDS500 (Arbelaez et al. 2011) is for non-commercial research and education; the photos' licences are in data/photos",
    }
    return source, np.stack([crop(read(f), 128) for f in tune]), words


def open_cifar10(spec, options):
    source = Labelled(options.data, spec["batch"], spec["seeds"]["data"])
    test, _ = read_cifar10(Path(options.data) / "test")
    words = {
        "data": f"CIFAR-10 in a JPEG copy, not its original pixels, {len(source.images):,} training images, mirrored by half; "
        "validated on 128 test images",
        "licence": "CIFAR-10 (Krizhevsky 2009) has no licence text; it is collected from the web for research",
    }
    return source, test[:: len(test) // 128][:128], words


def crop(image, side):
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    return image[top : top + side, left : left + side]


def describe(device):
    if device == "cuda":
        return torch.cuda.get_device_name()
    line = next((l for l in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in l), "a CPU: unknown")
    return f"{os.cpu_count()} cores of {line.split(':')[1].strip()}"


if __name__ == "__main__":
    main()
