"""Makes data/checkpoints/stlpips-alex.safetensors from the weights that a package of PyPI ships.

Usage, in an environment of your own (the project needs none of this to run):

    pip install torch numpy pillow safetensors && pip install --no-deps stlpips-pytorch==0.0.2
    python scripts/features/stLpips.py data/checkpoints/stlpips-alex.safetensors
    python scripts/features/stLpips.py --golden lib/test/fixtures/stlpips.safetensors
    python scripts/features/stLpips.py --difference data/photos

The last prints by how much the rounding of the stored weights moves the distances. The first convolution, the biases and
the heads stay in single precision: with them rounded too, distances move by up to 3e-4.
"""

import hashlib
import sys
from pathlib import Path
from unittest.mock import MagicMock

import numpy
import torch
from PIL import Image
from safetensors.torch import save_file

# Imported by the package, and never used for this distance.
for unused in ("IPython", "torchsummary", "torchvision"):
    sys.modules[unused] = MagicMock()
from stlpips_pytorch import stlpips  # noqa: E402

model = stlpips.LPIPS(net="alex", variant="shift_tolerant", verbose=False)
file = Path(stlpips.__file__).parent / "weights" / "vST0.0" / "alex_shift_tolerant.pth"


def convolutions(network):
    return [layer for layer in network.net.modules() if isinstance(layer, torch.nn.Conv2d)]


def collect():
    tensors = {}
    for place, (layer, head) in enumerate(zip(convolutions(model), model.lins)):
        weight = layer.weight.detach().permute(2, 3, 1, 0).contiguous()
        tensors[f"layer.{place}.weight"] = weight if place == 0 else weight.half()
        tensors[f"layer.{place}.bias"] = layer.bias.detach()
        tensors[f"head.{place}.weight"] = head.model[-1].weight.detach().flatten()
    return tensors


def measure(a, b):
    """The package's distances of images [batch, 3, height, width] in [0, 1]."""
    with torch.no_grad():
        return model(a, b, normalize=True).flatten()


def draw_golden():
    """Pairs of images in whole 256ths, which half precision holds exactly: two pairs of 64x64 pixels and one of 71x53."""
    generator = torch.Generator().manual_seed(1)

    def draw(height, width):
        coarse = torch.rand((1, 3, 8, 8), generator=generator)
        return torch.nn.functional.interpolate(coarse, size=(height, width), mode="bicubic")

    def add_noise(image, level):
        return image + level * torch.randn(image.shape, generator=generator)

    even, odd = torch.cat([draw(64, 64), add_noise(draw(64, 64), 0.2)]), draw(71, 53)
    blurred = torch.nn.functional.avg_pool2d(even[1:], 3, 1, 1)
    pairs = {"even": (even, torch.cat([add_noise(even[:1], 0.1), blurred])), "odd": (odd, add_noise(odd, 0.2))}
    golden = {}
    for name, pair in pairs.items():
        a, b = (torch.round(256 * image.clamp(0, 1)) / 256 for image in pair)
        assert measure(a, a).abs().max() == 0
        golden[f"{name}.distances"] = measure(a, b)
        for side, image in (("a", a), ("b", b)):
            golden[f"{name}.{side}"] = image.permute(0, 2, 3, 1).contiguous().half()
    return golden


def draw_pairs(folder):
    """Of every photo the first 128x128 pixels, with noise of four levels and after a mean of 5x5 pixels."""
    generator = torch.Generator().manual_seed(0)
    for path in sorted(Path(folder).glob("*/*.png")):
        pixels = torch.from_numpy(numpy.array(Image.open(path).convert("RGB"))).permute(2, 0, 1)
        image = pixels[None, :, :128, :128] / 255
        for level in (0.05, 0.1, 0.3, 0.5):
            yield image, (image + level * torch.randn(image.shape, generator=generator)).clamp(0, 1)
        yield image, torch.nn.functional.avg_pool2d(image, 5, 1, 2, count_include_pad=False)


def measure_difference(folder):
    pairs = list(draw_pairs(folder))
    exact = torch.cat([measure(a, b) for a, b in pairs])
    for layer in convolutions(model)[1:]:
        layer.weight.data = layer.weight.data.half().float()
    difference = (torch.cat([measure(a, b) for a, b in pairs]) - exact).abs().max()
    return f"{len(pairs)} pairs, distances {exact.min():.4f} to {exact.max():.4f}, moved by at most {difference:.1e}"


if sys.argv[1] == "--golden":
    save_file(draw_golden(), sys.argv[2], {"torch": torch.__version__})
elif sys.argv[1] == "--difference":
    print(measure_difference(sys.argv[2]))
else:
    source = hashlib.sha256(file.read_bytes()).hexdigest()
    save_file(collect(), sys.argv[1], {"kind": "stlpips-alex", "name": "shift-tolerant LPIPS (AlexNet)", "source": source})
