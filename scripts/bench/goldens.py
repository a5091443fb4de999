"""Writes lib/test/fixtures/layers.safetensors: PyTorch's outputs and gradients of each layer, channels last.

Run by hand in the benchmark's environment when a layer is added: python scripts/bench/goldens.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
tensors = {}


def last(tensor):
    """Images channels last, kernels as [kernel, kernel, in, out]."""
    return tensor.permute(0, 2, 3, 1) if tensor.dim() == 4 else tensor


def record(name, layer, shapes, x_shape):
    """The layer's inputs, its output and the gradients of sum(output * upper)."""
    x = torch.randn(x_shape, requires_grad=True)
    weights = {key: torch.randn(shape, requires_grad=True) for key, shape in shapes.items()}
    output = layer(x, **weights)
    upper = torch.randn_like(output)
    grads = torch.autograd.grad(output, [x, *weights.values()], upper)
    found = {"x": last(x), "output": last(output), "upper": last(upper), "grad.x": last(grads[0])}
    for (key, value), grad in zip(weights.items(), grads[1:]):
        order = (lambda t: t.permute(2, 3, 1, 0)) if value.dim() == 4 else (lambda t: t)
        found[key], found[f"grad.{key}"] = order(value), order(grad)
    for key, value in found.items():
        tensors[f"{name}.{key}"] = value.detach().float().contiguous()


def convolution(stride, mode):
    def apply(x, weight, bias):
        padded = F.pad(x, (1, 1, 1, 1), mode="reflect") if mode == "reflect" else F.pad(x, (1, 1, 1, 1))
        return F.conv2d(padded, weight, bias, stride)

    return apply


def attention(heads):
    def apply(x, **w):
        batch, channels, height, width = x.shape
        normal = F.group_norm(x, 2, w["norm.weight"], w["norm.bias"])
        project = lambda part: F.conv2d(normal, w[f"{part}.weight"], w[f"{part}.bias"]).reshape(
            batch, heads, channels // heads, -1
        ).transpose(2, 3)
        mixed = F.scaled_dot_product_attention(project("query"), project("key"), project("value"))
        mixed = mixed.transpose(2, 3).reshape(x.shape)
        return x + F.conv2d(mixed, w["output.weight"], w["output.bias"])

    return apply


affine = {"weight": (6,), "bias": (6,)}
record("groupNorm", lambda x, weight, bias: F.group_norm(x, 3, weight, bias), affine, (2, 6, 5, 7))
record("groupNormSilu", lambda x, weight, bias: F.silu(F.group_norm(x, 3, weight, bias)), affine, (2, 6, 5, 7))
record("batchNorm", lambda x, weight, bias: F.batch_norm(x, None, None, weight, bias, True), affine, (2, 6, 5, 7))
record("reflectionPad", lambda x: F.pad(x, (2, 2, 2, 2), mode="reflect"), {}, (2, 3, 5, 7))
record("bilinear", lambda x: F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False), {}, (2, 3, 5, 7))
record("nearest", lambda x: F.interpolate(x, scale_factor=2, mode="nearest"), {}, (2, 3, 5, 7))
record("silu", lambda x: F.silu(x), {}, (2, 3, 5, 7))
record("leakyRelu", lambda x: F.leaky_relu(x, 0.2), {}, (2, 3, 5, 7))
kernel = {"weight": (4, 3, 3, 3), "bias": (4,)}
for stride in (1, 2):
    record(f"zeroConvolution{stride}", convolution(stride, "constant"), kernel, (2, 3, 5, 7))
    record(f"reflectConvolution{stride}", convolution(stride, "reflect"), kernel, (2, 3, 5, 7))
parts = {f"{part}.{key}": shape for part in ("query", "key", "value", "output") for key, shape in
         (("weight", (4, 4, 1, 1)), ("bias", (4,)))}
for heads in (1, 2):
    record(f"selfAttention{heads}", attention(heads), {"norm.weight": (4,), "norm.bias": (4,), **parts}, (2, 4, 3, 5))

folder = Path(__file__).resolve().parents[2] / "lib" / "test" / "fixtures"
save_file(tensors, folder / "layers.safetensors", {"made by": f"scripts/bench/goldens.py, PyTorch {torch.__version__}"})
