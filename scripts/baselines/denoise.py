"""Denoises images by tools that are no part of this project: CBM3D (bm3d), non-local means and total variation (scikit-image).

Says its versions in a first line of JSON; then denoises for each line of standard input, {"tool", "shape", "noisy", "sigma", ...}, the
noisy image, float32 in base64 of [height, width, 3] in image units that are neither clipped nor quantised, and says {"denoised",
"shape"}, the image in the same form, with {"seconds", "peakMiB"} of the call alone, or {"error"}.
"""

import base64
import json
import platform
import resource
import sys
import time
from importlib.metadata import version

import numpy


def open_cbm3d():
    from bm3d import BM3DProfile, bm3d_rgb
    from bm3d.profiles import BM3DProfileHigh

    profiles = {"np": BM3DProfile, "high": BM3DProfileHigh}

    def denoise(noisy, sigma, profile, **_):
        settings = profiles[profile]()
        # With more threads sums are taken in another order each time.
        settings.num_threads = 1
        return bm3d_rgb(noisy, sigma, settings)

    return denoise


def open_nlm():
    from skimage.restoration import denoise_nl_means

    def denoise(noisy, sigma, patchSize, patchDistance, h, subtractsNoise, **_):
        return denoise_nl_means(
            noisy,
            patch_size=patchSize,
            patch_distance=patchDistance,
            h=h * sigma,
            sigma=sigma if subtractsNoise else 0.0,
            fast_mode=True,
            channel_axis=-1,
        )

    return denoise


def open_tv():
    from skimage.restoration import denoise_tv_chambolle

    def denoise(noisy, sigma, weight, iterations, tolerance, **_):
        return denoise_tv_chambolle(noisy, weight=weight, eps=tolerance, max_num_iter=iterations, channel_axis=-1)

    return denoise


openers = {"cbm3d": open_cbm3d, "nlm": open_nlm, "tv": open_tv}
opened = {}


def run(job):
    tool, shape = job.pop("tool"), job.pop("shape")
    noisy = numpy.frombuffer(base64.b64decode(job.pop("noisy")), "<f4").reshape(shape).astype(numpy.float64)
    if tool not in opened:
        opened[tool] = openers[tool]()
        # What a first call loads and prepares is not a part of what a call takes.
        opened[tool](numpy.full((32, 32, 3), 0.5) + 0.1 * numpy.random.default_rng(1).normal(size=(32, 32, 3)), **job)
    started = time.perf_counter()
    denoised = opened[tool](noisy, **job)
    seconds = time.perf_counter() - started
    image = base64.b64encode(denoised.astype("<f4").tobytes()).decode()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak /= 2**20 if sys.platform == "darwin" else 2**10
    return {"denoised": image, "shape": denoised.shape, "seconds": seconds, "peakMiB": peak}


def say(answer):
    print(json.dumps(answer), file=answers, flush=True)


# What a package prints is no answer.
answers, sys.stdout = sys.stdout, sys.stderr
names = ["bm3d", "bm4d", "scikit-image", "scipy", "numpy"]
say({"python": platform.python_version(), **{name: version(name) for name in names}})
for line in sys.stdin:
    try:
        say(run(json.loads(line)))
    except Exception as error:
        say({"error": f"{type(error).__name__}: {error}"})
