"""The residual U-Net of lib/src/ddpm/residualUnet.ts in PyTorch, for its training (train.py) and the benchmark."""

import torch
from torch import nn
from torch.nn import functional as F

FREQUENCIES = torch.exp(0.4 * torch.arange(16) - 2.5)


class Block(nn.Module):
    def __init__(self, width, embedding):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(embedding, 2 * width)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        # Small at first, so that a deep stack starts near the identity.
        with torch.no_grad():
            self.conv2.weight.mul_(0.3)

    def forward(self, x, told):
        scale, shift = self.film(told)[:, :, None, None].chunk(2, 1)
        return x + self.conv2(F.silu(self.conv1(x) * (1 + scale) + shift))


class ResidualUnet(nn.Module):
    def __init__(self, widths, blocks, embedding=64, classes=0, channels=3):
        super().__init__()
        self.last, self.none = len(widths) - 1, classes
        if classes:
            self.classes = nn.Embedding(classes + 1, embedding)
            nn.init.normal_(self.classes.weight, 0, 0.02)
        self.level = nn.ModuleDict({"0": nn.Linear(32, embedding), "1": nn.Linear(embedding, embedding)})
        self.input = nn.Conv2d(channels, widths[0], 3, padding=1)
        stack = lambda level: nn.ModuleList(Block(widths[level], embedding) for _ in range(blocks[level]))
        self.down = nn.ModuleList(stack(level) for level in range(len(widths)))
        self.up = nn.ModuleList(stack(level) for level in range(self.last))
        self.shrink = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in zip(widths, widths[1:]))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2) for a, b in zip(widths, widths[1:]))
        self.output = nn.Conv2d(widths[0], channels, 3, padding=1)
        with torch.no_grad():
            self.output.weight.mul_(0.1)

    def forward(self, x, log_sigma, labels=None):
        angles = log_sigma[:, None] * FREQUENCIES.to(x.device)
        told = F.silu(self.level["0"](torch.cat([angles.sin(), angles.cos()], 1)))
        told = self.level["1"](told)
        if self.none:
            told = told + self.classes(torch.full((len(x),), self.none, device=x.device) if labels is None else labels)
        told = F.silu(told)
        x, skips = self.input(x), []
        for level, stack in enumerate(self.down):
            for block in stack:
                x = block(x, told)
            if level < self.last:
                skips.append(x)
                x = self.shrink[level](x)
        for level in reversed(range(self.last)):
            x = self.enlarge[level](x) + skips[level]
            for block in self.up[level]:
                x = block(x, told)
        return self.output(x)
