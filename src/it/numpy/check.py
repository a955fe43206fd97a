"""Checks a product of E4M3 codes against a pack in .npy files:

    bitexact vectors write e4m3_mul --dialect npy --out mul.json
    python3 check.py mul

Every file loads as unsigned integers, without a further package. Prints the number of cases and of errors; exit code 0 if
there are none. With a second argument, the products are cut, not rounded, which the pack must find.
"""

import sys

import numpy as np

stem = sys.argv[1]
a, b, z = (np.load(f"{stem}.{column}.float8_e4m3fn.npy") for column in "abz")
flags = np.load(f"{stem}.flags.npy")
assert a.dtype == b.dtype == z.dtype == flags.dtype == np.uint8, (a.dtype, flags.dtype)
assert a.shape == b.shape == z.shape == flags.shape and a.ndim == 1

# the values of the codes 0x00 to 0x7f, the last of which is NaN; then the same with a minus sign
code = np.arange(128)
exponent, trailing = code >> 3, code & 7
positive = np.where(exponent > 0, (8 + trailing) * 2.0 ** (exponent - 10.0), trailing * 2.0**-9)
positive[127] = np.nan
values = np.concatenate([positive, -positive])


def encode(x):
    """Nearest even, overflow to NaN: among the magnitudes the nearest, of two the even code."""
    magnitude = np.abs(x)
    with np.errstate(invalid="ignore"):
        low = np.searchsorted(positive[:127], magnitude, side="right") - 1
    low = np.clip(low, 0, 126)
    steps = np.append(positive[:127], 480.0)
    below, above = magnitude - steps[low], steps[low + 1] - magnitude
    up = (above < below) | ((above == below) & (low & 1 == 1))
    if len(sys.argv) > 2:
        up = np.zeros_like(up)
    result = np.where(np.isnan(x) | (magnitude > 464), 127, np.minimum(low + up, 127))
    return (result | np.where(np.signbit(x) & ~np.isnan(x), 128, 0)).astype(np.uint8)


expected = encode(values[a] * values[b])  # products of two are exact in binary64
nan = (z & 127) == 127  # signs of NaNs are not part of the check
wrong = np.flatnonzero((expected != z) & ~(nan & ((expected & 127) == 127)))
for i in wrong[:1]:
    print(f"case {i}: {a[i]:02x} * {b[i]:02x} gives {expected[i]:02x}, expected {z[i]:02x}")
print(f"{len(z)} cases, {len(wrong)} errors")
sys.exit(len(wrong) != 0)
