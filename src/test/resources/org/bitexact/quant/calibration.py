"""Thresholds of entropy calibration for four histograms of 2048 bins, of width 0.5.

Independent of the library under test: the histograms are made here, and the divergences computed with NumPy from the
published descriptions (S. Migacz, GTC 2017, for "2017"; the histogram calibrator of NVIDIA's pytorch-quantization for
"pytorch"). For "onnxruntime" ONNX Runtime's own calibrator is called, where it is installed; histograms are mirrored then.

Prints a line for each: name, method, number of bins up to the threshold.
"""
import importlib.util

import numpy as np

LEVELS = 128


def histogram(name):
    i = np.arange(2048, dtype=np.int64)
    if name == "triangle":
        return 3 * (2048 - i)
    if name == "hyperbola":
        return 1_000_000 // (i + 1)
    if name == "gaps":
        return np.where(i * 7 % 5 == 2, 0, 4096 * 4096 // ((i + 16) * (i + 16)))
    counts = []
    state = 12345
    for k in range(2048):
        state = (state * 1103515245 + 12345) % 2**31
        high = state >> 16
        counts.append(high % max(1, 2000 - 3 * k) if k < 660 else int(high % 97 == 0))
    return np.array(counts, dtype=np.int64)


def divergence(counts, n):
    """Of the first n counts and what lies beyond, from as many levels as there are."""
    reference = counts[:n].astype(np.float64)
    reference[-1] += counts[n:].sum()
    level = np.searchsorted(np.linspace(0, n, LEVELS + 1), np.arange(n), side="right") - 1
    filled = counts[:n] > 0
    mass = np.bincount(level, counts[:n], LEVELS)
    places = np.bincount(level, filled, LEVELS)
    merged = np.where(filled, mass[level] / np.maximum(places[level], 1), 0)
    p = reference / reference.sum()
    q = merged / merged.sum() if merged.any() else merged
    if np.any((p > 0) & (q == 0)):
        return np.inf
    some = p > 0
    return float(np.sum(p[some] * np.log(p[some] / q[some])))


def gtc2017(counts):
    return LEVELS + int(np.argmin([divergence(counts, n) for n in range(LEVELS, len(counts))]))


def pytorch(counts):
    counts = counts.copy()
    counts[0] = counts[1]
    backwards = [divergence(counts, n) for n in range(len(counts), LEVELS - 1, -1)]
    return len(counts) - int(np.argmin(backwards))


def onnx_runtime(counts):
    from onnxruntime.quantization.calibrate import HistogramCollector

    both = np.concatenate([counts[:1024][::-1], counts[:1], counts[:1024]])
    edges = (np.arange(2050) - 1024.5).astype(np.float32)
    smallest, largest = edges[0], edges[-1]
    _, high = HistogramCollector.get_entropy_threshold(None, (both, edges, smallest, largest), LEVELS)
    return int(high + 1024.5)


if __name__ == "__main__":
    methods = {"2017": gtc2017, "pytorch": pytorch}
    if importlib.util.find_spec("onnxruntime"):
        methods["onnxruntime"] = onnx_runtime
    for name in ("triangle", "hyperbola", "gaps", "noisy"):
        for method, threshold in methods.items():
            print(name, method, threshold(histogram(name)))
