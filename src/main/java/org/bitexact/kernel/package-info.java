/**
 * What is a·b + c over a vector or a matrix? Dot products and matrix products over codes, with the order of accumulation,
 * the accumulator's format and its rounding as parameters.
 *
 * <p>A {@link org.bitexact.kernel.DotProduct} is a rule for one element of D = A·B + C; {@link org.bitexact.kernel.Gemm}
 * applies it to matrices, which are views of arrays. There are three kinds of plain rules: {@link
 * org.bitexact.kernel.FloatDot}, whose {@link org.bitexact.kernel.Accumulation} says how products become a sum, {@link
 * org.bitexact.kernel.BlockScaledDot} and {@link org.bitexact.kernel.IntegerDot}. The default contract in one line:
 * products exact, k ascending, one binary32 fused multiply-add per step, ties to even.
 *
 * <pre>
 * short[] a = {0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0, 0x40c0};   // BF16: 1 2 3 / 4 5 6
 * byte[] b = {0x38, 0x40, 0x44, 0x48, 0x4a, 0x4c};                // E4M3: 1 2 / 3 4 / 5 6
 * float[] d = new float[4];
 * Gemm.fp32(Formats.BFLOAT16, Formats.OCP_E4M3)
 *         .multiply(Matrix.of(a, 2, 3), Matrix.of(b, 3, 2), Matrix.of(d, 2, 2));   // 22 28 / 49 64
 *
 * Codec f32 = Codec.of(Formats.BINARY32);
 * Accumulation eight = Accumulation.fused(8, f32.rounding(Rounding.TOWARD_ZERO));  // eight products a rounding
 * FloatDot rule = FloatDot.of(Formats.BINARY16, Formats.BINARY16, eight.promoted(32, f32));
 * </pre>
 *
 * <p>Everything has a definition, which goes through exact sums rounded where the accumulation says; what is faster gives
 * the same codes.
 */
@NullMarked
package org.bitexact.kernel;

import org.jspecify.annotations.NullMarked;
