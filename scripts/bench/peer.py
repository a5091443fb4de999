"""The networks of lib in PyTorch, parameter for parameter and under the same names.

A worker of the benchmark: reads one JSON command a line, answers one JSON object a line.
"""

import json
import resource
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

sys.path.append(str(Path(__file__).parents[1] / "priors"))
from residual_unet import ResidualUnet  # noqa: E402

GROUPS = 8


class Block(nn.Module):
    """Reflection padding, convolution, batch norm with the batch's statistics, LeakyReLU."""

    def __init__(self, kernel, inputs, outputs, stride=1):
        super().__init__()
        self.margin = (kernel - 1) // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride)
        self.norm = nn.BatchNorm2d(outputs, track_running_stats=False)

    def forward(self, x):
        if self.margin:
            x = F.pad(x, [self.margin] * 4, mode="reflect")
        return F.leaky_relu(self.norm(self.conv(x)), 0.2)


class SkipNetwork(nn.Module):
    """lib/src/dip/skipNetwork.ts"""

    def __init__(self, filters, skip_filters=4, inputs=32, outputs=3):
        super().__init__()
        self.depth = len(filters)
        self.skip, self.down, self.up = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        for scale, width in enumerate(filters):
            above = inputs if scale == 0 else filters[scale - 1]
            below = filters[scale + 1] if scale + 1 < self.depth else width
            self.skip[str(scale)] = Block(1, above, skip_filters)
            self.down[str(scale)] = nn.ModuleDict({"0": Block(3, above, width, 2), "1": Block(3, width, width)})
            join = nn.BatchNorm2d(skip_filters + below, track_running_stats=False)
            self.up[str(scale)] = nn.ModuleDict(
                {"join": join, "0": Block(3, skip_filters + below, width), "1": Block(1, width, width)}
            )
        self.output = nn.Conv2d(filters[0], outputs, 1)

    def scale(self, scale, x):
        down, up = self.down[str(scale)], self.up[str(scale)]
        deep = down["1"](down["0"](x))
        if scale + 1 < self.depth:
            deep = self.scale(scale + 1, deep)
        enlarged = F.interpolate(deep, scale_factor=2, mode="bilinear", align_corners=False)
        joined = torch.cat([self.skip[str(scale)](x), enlarged], 1)
        return up["1"](up["0"](up["join"](joined)))

    def forward(self, x):
        return torch.sigmoid(self.output(self.scale(0, x)))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, embedding):
        super().__init__()
        self.norm1 = nn.GroupNorm(GROUPS, inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(embedding, outputs)
        self.norm2 = nn.GroupNorm(GROUPS, outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None

    def forward(self, x, time):
        y = self.conv1(F.silu(self.norm1(x))) + self.time(time)[:, :, None, None]
        y = self.conv2(F.silu(self.norm2(y)))
        return y + (x if self.shortcut is None else self.shortcut(x))


class Unet(nn.Module):
    """lib/src/ddpm/unet.ts with one residual block a level"""

    def __init__(self, base, multipliers=(1, 2, 2), channels=3):
        super().__init__()
        self.base, self.levels = base, len(multipliers)
        widths = [base * multiplier for multiplier in multipliers]
        embedding = base * 4
        self.time = nn.ModuleDict({"0": nn.Linear(base, embedding), "1": nn.Linear(embedding, embedding)})
        self.input = nn.Conv2d(channels, base, 3, padding=1)
        self.down, self.up = nn.ModuleDict(), nn.ModuleDict()
        present, skips = base, []
        for level, width in enumerate(widths):
            parts = nn.ModuleDict({"0": Residual(present, width, embedding)})
            present = width
            skips.append(present)
            if level + 1 < self.levels:
                parts["shrink"] = nn.Conv2d(present, present, 3, 2, 1)
            self.down[str(level)] = parts
        self.middle = nn.ModuleDict({name: Residual(present, present, embedding) for name in ("0", "1")})
        for level in reversed(range(self.levels)):
            parts = nn.ModuleDict({"0": Residual(present + skips.pop(), widths[level], embedding)})
            present = widths[level]
            if level > 0:
                parts["enlarge"] = nn.Conv2d(present, present, 3, padding=1)
            self.up[str(level)] = parts
        self.output = nn.ModuleDict(
            {"norm": nn.GroupNorm(GROUPS, present), "conv": nn.Conv2d(present, channels, 3, padding=1)}
        )
        half = base // 2
        frequencies = torch.exp(-torch.log(torch.tensor(10000.0)) * torch.arange(half) / half)
        self.register_buffer("frequencies", frequencies, persistent=False)

    def forward(self, x, steps):
        angles = steps[:, None] * self.frequencies
        time = torch.cat([angles.cos(), angles.sin()], 1)
        time = F.silu(self.time["1"](F.silu(self.time["0"](time))))
        x = self.input(x)
        skips = []
        for level in range(self.levels):
            parts = self.down[str(level)]
            x = parts["0"](x, time)
            skips.append(x)
            if "shrink" in parts:
                x = parts["shrink"](x)
        x = self.middle["1"](self.middle["0"](x, time), time)
        for level in reversed(range(self.levels)):
            parts = self.up[str(level)]
            x = parts["0"](torch.cat([x, skips.pop()], 1), time)
            if "enlarge" in parts:
                x = parts["enlarge"](F.interpolate(x, scale_factor=2, mode="nearest"))
        return self.output["conv"](F.silu(self.output["norm"](x)))


def schedule():
    return torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0).float()


def lay_out(module_or_tensor, layout):
    return module_or_tensor.to(memory_format=torch.channels_last) if layout == "channels-last" else module_or_tensor


def dip_step(row, layout, compiled):
    net = lay_out(SkipNetwork(row["filters"]), layout)
    apply = torch.compile(net) if compiled else net
    size = row["size"]
    fixed = lay_out(torch.rand(1, 32, size, size) / 10, layout)
    target = lay_out(torch.rand(1, 3, size, size), layout)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    average = torch.zeros_like(target)

    def step():
        optimizer.zero_grad()
        output = apply(fixed + torch.randn_like(fixed) / 30)
        loss = F.mse_loss(output, target)
        loss.backward()
        optimizer.step()
        average.lerp_(output.detach(), 0.01)
        return loss.item()

    return step


def open_predictor(shape, layout):
    """A network, and what it is told of steps: their number, or the logarithm of their noise level."""
    if "base" in shape:
        return lay_out(Unet(shape["base"]), layout), torch.Tensor.float
    alpha_bar = schedule()
    log_sigma = ((1 - alpha_bar) / alpha_bar).log() / 2
    return lay_out(ResidualUnet(**shape), layout), lambda times: log_sigma[times - 1]


def ddpm_step(row, layout, compiled):
    net, told = open_predictor(row["network"], layout)
    apply = torch.compile(net) if compiled else net
    velocity = "base" not in row["network"]
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-4)
    averaged = [parameter.detach().clone() for parameter in net.parameters()]
    images = lay_out(torch.rand(row["batch"], 3, row["size"], row["size"]), layout)
    alpha_bar = schedule()

    def step():
        clean = images * 2 - 1
        noise = torch.randn_like(clean)
        times = torch.randint(1, 1001, (clean.shape[0],))
        level = alpha_bar[times - 1][:, None, None, None]
        noisy = level.sqrt() * clean + (1 - level).sqrt() * noise
        optimizer.zero_grad()
        said = apply(noisy, told(times))
        if velocity:
            said = level.sqrt() * said + (1 - level).sqrt() * noisy
        loss = F.mse_loss(said, noise)
        loss.backward()
        optimizer.step()
        torch._foreach_lerp_(averaged, [parameter.detach() for parameter in net.parameters()], 0.005)
        return loss.item()

    return step


def sampler_step(row, layout, compiled):
    net, told = open_predictor(row["network"], layout)
    net = net.eval()
    apply = torch.compile(net) if compiled else net
    velocity = "base" not in row["network"]
    xt = lay_out(torch.randn(row["batch"], 3, row["size"], row["size"]), layout)
    alpha_bar = schedule()
    noisy, cleaner = alpha_bar[499], alpha_bar[479]

    def step():
        with torch.inference_mode():
            noise = apply(xt, told(torch.full((xt.shape[0],), 500)))
            if velocity:
                noise = noisy.sqrt() * noise + (1 - noisy).sqrt() * xt
            clean = ((xt - (1 - noisy).sqrt() * noise) / noisy.sqrt()).clamp(-1, 1)
            again = (xt - noisy.sqrt() * clean) / (1 - noisy).sqrt()
            moved = cleaner.sqrt() * clean + (1 - cleaner).sqrt() * again
        return moved[0, 0, 0, 0].item()

    return step


def matmul_step(row, layout, compiled):
    left, right = torch.rand(row["size"], row["size"]), torch.rand(row["size"], row["size"])
    return lambda: (left @ right)[0, 0].item()


def group_norm(x, weight, bias, shift):
    return F.silu(F.group_norm(x + shift[:, :, None, None], GROUPS, weight, bias))


def batch_norm(x, weight, bias):
    normal = F.batch_norm(x, None, None, weight, bias, training=True)
    return F.pad(F.leaky_relu(normal, 0.2), [1] * 4, mode="reflect")


def film(x, bias, scale, shift):
    return F.silu((x + bias[:, None, None]) * (1 + scale[:, :, None, None]) + shift[:, :, None, None])


def reflection_pad(x):
    return F.pad(x, [1] * 4, mode="reflect")


def bilinear(x):
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def convolution(x, weight, bias):
    return F.conv2d(x, weight, bias, padding=1)


def nearest_convolution(x, weight, bias):
    return F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), weight, bias, padding=1)


# Of each kernel's function, the shapes of its inputs beside the image, by batch and channels.
KERNELS = {
    "group-norm": (group_norm, lambda n, c: [[c], [c], [n, c]]),
    "batch-norm": (batch_norm, lambda n, c: [[c], [c]]),
    "film": (film, lambda n, c: [[c], [n, c], [n, c]]),
    "reflection-pad": (reflection_pad, lambda n, c: []),
    "bilinear": (bilinear, lambda n, c: []),
    "convolution": (convolution, lambda n, c: [[c, c, 3, 3], [c]]),
    "nearest-convolution": (nearest_convolution, lambda n, c: [[c, c, 3, 3], [c]]),
}


def kernel_step(row, layout, compiled):
    """A function alone, and its gradient with respect to all of its inputs where it has one."""
    n, height, width, c = row["shape"]
    image = lay_out(torch.randn(n, c, height, width), layout)
    if row["kernel"] == "normal":
        draw = torch.randn_like
    elif row["kernel"] == "average":
        average = torch.zeros_like(image)
        draw = lambda x: average.lerp_(x, 0.01)  # noqa: E731
    else:
        draw = None
    if draw:
        apply = torch.compile(draw) if compiled else draw

        def draw_step():
            with torch.no_grad():
                return apply(image)[0, 0, 0, 0].item()

        return draw_step
    function, shapes = KERNELS[row["kernel"]]
    apply = torch.compile(function) if compiled else function
    inputs = [image.requires_grad_(), *[torch.randn(shape, requires_grad=True) for shape in shapes(n, c)]]
    upper = torch.ones_like(function(*inputs))

    def step():
        for tensor in inputs:
            tensor.grad = None
        apply(*inputs).backward(upper)
        return image.grad[0, 0, 0, 0].item()

    return step


STEPS = {"dip": dip_step, "ddpm": ddpm_step, "sampler": sampler_step, "matmul": matmul_step, "kernel": kernel_step}


def open_step(command):
    torch.manual_seed(0)
    torch._dynamo.reset()
    step = STEPS[command["row"]["kind"]](command["row"], command["layout"], command["compiled"])
    began = time.perf_counter()
    step()
    return step, time.perf_counter() - began


def train_dip(weights, draws, filters, steps, rate):
    """Losses of a fit with given weights and draws, for the parity test."""
    net = SkipNetwork(filters, inputs=draws["input"].shape[1])
    net.load_state_dict(weights)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    losses = []
    for i in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(net(draws["input"] + draws[f"noise{i + 1}"] / 30), draws["target"])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def train_ddpm(weights, draws, base, steps, rate):
    net = Unet(base)
    net.load_state_dict(weights)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    alpha_bar = schedule()
    losses = []
    for i in range(steps):
        times = draws[f"times{i + 1}"]
        noise = draws[f"noise{i + 1}"]
        level = alpha_bar[times.long() - 1][:, None, None, None]
        noisy = level.sqrt() * (draws["images"] * 2 - 1) + (1 - level).sqrt() * noise
        optimizer.zero_grad()
        loss = F.mse_loss(net(noisy, times), noise)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def train(command):
    weights, draws = load_file(command["weights"]), load_file(command["draws"])
    if command["precision"] == "float64":
        torch.set_default_dtype(torch.float64)
        weights, draws = [{name: value.double() for name, value in part.items()} for part in (weights, draws)]
    shape = command["filters"] if command["kind"] == "dip" else command["base"]
    run = train_dip if command["kind"] == "dip" else train_ddpm
    losses = run(weights, draws, shape, command["steps"], command["rate"])
    torch.set_default_dtype(torch.float32)
    return losses


def main():
    torch.set_num_threads(int(sys.argv[1]))
    step = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if command["do"] == "open":
                step = None
                step, first = open_step(command)
                answer = {"firstMs": first * 1e3}
            elif command["do"] == "run":
                times = []
                for _ in range(command["count"]):
                    began = time.perf_counter()
                    step()
                    times.append((time.perf_counter() - began) * 1e3)
                answer = {"times": times}
            elif command["do"] == "train":
                answer = {"losses": train(command)}
            else:
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                answer = {"version": torch.__version__, "peakMiB": peak, "threads": torch.get_num_threads()}
        except Exception as error:  # The benchmark names the row and goes on.
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
