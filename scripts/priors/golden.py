"""Writes lib/test/fixtures/residualUnet.safetensors: a small residual U-Net of scripts/priors/train.py with random weights in the
library's layout, two images, their levels, and what PyTorch makes of them.

Usage, in the environment of train.py: python scripts/priors/golden.py
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from train import ResidualUnet, as_library, linear_schedule

torch.manual_seed(0)
net = ResidualUnet([8, 12, 16], [1, 2, 1], embedding=8, classes=2)
with torch.no_grad():
    for name, parameter in net.named_parameters():
        if ".film." in name:
            parameter.normal_(0, 0.3)
alpha_bar = linear_schedule(1000)
steps = np.array([20, 700])
log_sigma = torch.tensor(np.log((1 - alpha_bar[steps]) / alpha_bar[steps]) / 2).float()
images = torch.randn(2, 3, 8, 12)
last = lambda x: x.detach().permute(0, 2, 3, 1).contiguous().numpy()
tensors = {f"weights.{name}": value for name, value in as_library(net.state_dict()).items()}
tensors |= {
    "images": last(images),
    "steps": steps.astype(np.float32),
    "output": last(net(images, log_sigma)),
    "labelled": last(net(images, log_sigma, torch.tensor([1, 0]))),
}
folder = Path(__file__).resolve().parents[2] / "lib" / "test" / "fixtures"
save_file(tensors, folder / "residualUnet.safetensors", {"made by": f"scripts/priors/golden.py, PyTorch {torch.__version__}"})
