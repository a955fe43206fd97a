package org.bitexact.quant;

import java.util.Objects;
import org.bitexact.array.ArrayCodec;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.internal.array.AdaptiveKernel;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.internal.array.QuantizeStep;
import org.jspecify.annotations.Nullable;

/**
 * Affine quantisation of binary32 values to integers of at most 16 bits: {@code q = clamp(round(x / s) + z)}, back by
 * {@code (q - z) * s}.
 *
 * <p><b>Range</b>: that of the format; a restricted (symmetric) format leaves its most negative code out. Values beyond,
 * infinities included, take the nearest end.
 *
 * <p><b>Rounding, NaN</b>: see {@link QuantizeRule}.
 *
 * <p><b>Dequantisation</b> computes {@code fl((q - z) * s)} in binary32, ties to even; the difference is exact.
 *
 * <p><b>Codes</b> lie in the low bits of their element, two's complement; the other bits are zero.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class Quantizer {
    /** Values quantised at a time. */
    private static final int CHUNK = 1 << 12;
    /** Bytes, and the fewest codes for which their values are computed beforehand. */
    private static final int TABLE = 1 << 8;
    /** Codes that are dequantised by arithmetic, not by a table. */
    private static final int LONG = 1 << 12;

    private final IntFormat format;
    private final QuantizeRule rule;
    private final Affine affine;
    private final int min;
    private final int max;
    private final int nan;
    private final float reciprocal;
    private final @Nullable Codec precision; // null for binary32, in which Java computes
    private final ArrayCodec codec; // of integers within the range
    private final boolean quick; // whether quickly(...) and kernels apply
    private final @Nullable AdaptiveKernel[] kernels; // by the bytes of a code, less 1; made on first use
    private final boolean hidesNan; // a NaN becomes the zero point, which the codec does not know

    private Quantizer(IntFormat format, QuantizeRule rule, Affine affine, @Nullable Quantizer like) {
        this.format = Objects.requireNonNull(format, "format");
        this.rule = Objects.requireNonNull(rule, "rule");
        this.affine = Objects.requireNonNull(affine, "affine");
        if (format.width() > 16 || format.scaleExponent() != 0 || format.encoding() == IntFormat.Encoding.BIPOLAR) {
            throw new IllegalArgumentException("format must be a plain integer format of at most 16 bits: " + format);
        }
        min = (int) format.minInteger();
        max = (int) format.maxInteger();
        int zero = affine.zeroPoint();
        if (zero < min || zero > max) {
            throw new IllegalArgumentException(
                    "zeroPoint must be in [" + min + ", " + max + "] for " + format + ": " + zero);
        }
        nan = rule.nan() == NanSubstitute.ZERO ? zero : rule.nan() == NanSubstitute.LARGEST ? max : min;
        boolean single = rule.precision().equals(Formats.BINARY32);
        precision = single ? null : Codec.of(rule.precision());
        reciprocal = (float) inPrecision(1.0 / affine.scale(), 1 / affine.scale());
        kernels = like != null ? like.kernels : new @Nullable AdaptiveKernel[2];
        codec = like != null
                ? like.codec
                : ArrayCodec.of(Codec.of(format, Policies.IEEE.saturating().withNanSubstitute(rule.nan())));
        // infinite reciprocals make NaNs of zeros
        quick = single && rule.rounding() == Rounding.TIES_TO_EVEN && reciprocal <= Float.MAX_VALUE;
        hidesNan = rule.nan() == NanSubstitute.ZERO && zero != 0;
    }

    /**
     * {@return a quantiser}
     *
     * @param format the integer format, of at most 16 bits
     * @param rule the arithmetic
     * @param affine scale and zero point
     * @throws IllegalArgumentException if the format is too wide, bipolar or scaled, or the zero point outside its range
     */
    public static Quantizer of(IntFormat format, QuantizeRule rule, Affine affine) {
        return new Quantizer(format, rule, affine, null);
    }

    /**
     * {@return this quantiser with other parameters}
     *
     * @param value scale and zero point
     * @throws IllegalArgumentException if the zero point is outside the format's range
     */
    public Quantizer affine(Affine value) {
        return new Quantizer(format, rule, value, this);
    }

    /** {@return the integer format} */
    public IntFormat format() {
        return format;
    }

    /** {@return the arithmetic} */
    public QuantizeRule rule() {
        return rule;
    }

    /** {@return scale and zero point} */
    public Affine affine() {
        return affine;
    }

    /**
     * Quantises a value.
     *
     * @param x any value
     * @return the integer, between the ends of the range
     */
    public int quantize(float x) {
        if (Float.isNaN(x)) {
            return nan;
        }
        float scaled = scaled(x);
        int zero = affine.zeroPoint();
        if (Float.isNaN(scaled)) {
            return zero; // zero times an infinite reciprocal
        }
        return rule.zeroPoint() == ZeroPointStep.BEFORE_ROUNDING
                ? clamp(round(scaled + zero))
                : clamp(round(scaled) + zero);
    }

    /** {@code x / s} in the rule's precision. */
    private float scaled(float x) {
        float s = affine.scale();
        // the double operations are exact, or so close to it that no rounding to 24 bits or fewer is affected: a
        // product
        // of 24-bit numbers fits, and a quotient of them is no closer to a midpoint than 2^-49 of itself
        return rule.reciprocal()
                ? (float) inPrecision((double) x * reciprocal, x * reciprocal)
                : (float) inPrecision((double) x / s, x / s);
    }

    private double inPrecision(double exact, float single) {
        return precision == null ? single : precision.decode(precision.encode(exact));
    }

    private double round(float x) {
        return switch (rule.rounding()) {
            case TIES_TO_EVEN -> Math.rint(x);
            // the sum is exact in binary64
            case TIES_TO_AWAY -> Math.copySign(Math.floor(Math.abs((double) x) + 0.5), x);
            case TOWARD_ZERO -> x < 0 ? Math.ceil(x) : Math.floor(x);
            default -> roundOtherwise(x);
        };
    }

    private double roundOtherwise(float x) {
        if (Math.abs(x) >= 0x1p23f) {
            return x; // an integer, or infinite
        }
        int code = Codec.of(Formats.INT32).rounding(rule.rounding()).encode(x);
        return code;
    }

    private int clamp(double q) {
        return (int) Math.max(min, Math.min(max, q));
    }

    /**
     * Dequantises an integer.
     *
     * @param q an integer, as {@link #quantize(float)} returns it
     * @return the value
     */
    public float dequantize(int q) {
        return (q - affine.zeroPoint()) * affine.scale();
    }

    /**
     * {@return whether quantising a value clamps it: the straight-through estimator passes no gradient there}
     *
     * @param x any value; NaN counts as clamped
     */
    public boolean isClamped(float x) {
        float scaled = scaled(x);
        double q = rule.zeroPoint() == ZeroPointStep.BEFORE_ROUNDING
                ? round(scaled + affine.zeroPoint())
                : round(scaled) + affine.zeroPoint();
        return !(q >= min && q <= max);
    }

    /**
     * Quantises an array.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes, of formats of at most 8 bits
     * @param to position of the first code
     * @param n number of values
     * @throws IllegalArgumentException if the format is wider than 8 bits
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     */
    public void quantize(float[] src, int from, byte[] dst, int to, int n) {
        requireBytes();
        Objects.checkFromIndexSize(from, n, src.length);
        Objects.checkFromIndexSize(to, n, dst.length);
        if (quick) {
            byKernel(src, from, dst, to, n);
        } else {
            chunks(src, from, n, (integers, at, m) -> codec.encode(integers, 0, dst, to + at, m));
        }
    }

    /**
     * Quantises an array.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     */
    public void quantize(float[] src, int from, short[] dst, int to, int n) {
        Objects.checkFromIndexSize(from, n, src.length);
        Objects.checkFromIndexSize(to, n, dst.length);
        if (quick) {
            byKernel(src, from, dst, to, n);
        } else {
            chunks(src, from, n, (integers, at, m) -> codec.encode(integers, 0, dst, to + at, m));
        }
    }

    /** Quantises by the best kernel. */
    private void byKernel(float[] src, int from, Object dst, int to, int n) {
        boolean first = rule.zeroPoint() == ZeroPointStep.BEFORE_ROUNDING;
        int bytes = dst instanceof byte[] ? 1 : 2;
        AdaptiveKernel kernel = kernels[bytes - 1];
        if (kernel == null) {
            QuantizeStep step = new QuantizeStep(rule.reciprocal(), first, bytes, (int) format.codeMask());
            kernel = KernelSelection.current().quantize(step);
            kernels[bytes - 1] = kernel;
        }
        float number = rule.reciprocal() ? reciprocal : affine.scale();
        kernel.apply(new QuantizeStep.Operands(src, number, affine.zeroPoint(), min, max, nan), from, dst, to, n, 0);
    }

    private interface Sink {
        /** Takes the integers of values {@code at} to {@code at + n}. */
        void accept(float[] integers, int at, int n);
    }

    private void chunks(float[] src, int from, int n, Sink sink) {
        float[] integers = new float[Math.min(n, CHUNK)];
        for (int at = 0; at < n; at += CHUNK) {
            int m = Math.min(CHUNK, n - at);
            integers(src, from + at, integers, 0, m);
            sink.accept(integers, at, m);
        }
    }

    /** {@return what turns the numbers that {@link #integers} gives into codes} */
    ArrayCodec codec() {
        return codec;
    }

    /** Quantises values to integers, or to numbers that the codec takes to their codes. */
    void integers(float[] src, int from, float[] dst, int to, int n) {
        if (!quick || !quickly(src, from, dst, to, n)) {
            for (int i = 0; i < n; i++) {
                dst[to + i] = quantize(src[from + i]);
            }
        }
    }

    /**
     * Quantises values without branches, in loops that compilers vectorise, to numbers that the codec rounds and limits to
     * those integers; false if a value is a NaN that the codec would not take to the right integer.
     *
     * <p>Added to 1.5 * 2^23, quotients below 2^22 are rounded to an integer, ties to even, since numbers there are 1 apart;
     * the sum with the zero point is exact. Larger quotients stay larger than 2^21, beyond the range, infinities what they
     * are.
     */
    private boolean quickly(float[] src, int from, float[] dst, int to, int n) {
        if (hidesNan && hasNan(src, from, n)) {
            return false;
        }
        if (rule.reciprocal()) {
            for (int i = 0; i < n; i++) {
                dst[to + i] = src[from + i] * reciprocal;
            }
        } else {
            float s = affine.scale();
            for (int i = 0; i < n; i++) {
                dst[to + i] = src[from + i] / s;
            }
        }
        float zero = affine.zeroPoint();
        if (rule.zeroPoint() == ZeroPointStep.BEFORE_ROUNDING) {
            for (int i = to; i < to + n; i++) {
                dst[i] = dst[i] + zero;
            }
        } else if (zero != 0) {
            for (int i = to; i < to + n; i++) {
                dst[i] = dst[i] + 0x1.8p23f - 0x1.8p23f + zero;
            }
        }
        return true;
    }

    /** {@return whether a value is NaN} */
    private static boolean hasNan(float[] src, int from, int n) {
        // negative where a magnitude is above infinity's; four parts that do not wait for each other
        int a = 0;
        int b = 0;
        int c = 0;
        int d = 0;
        int i = from;
        for (; i < from + n - 3; i += 4) {
            a |= 0x7f80_0000 - (Float.floatToRawIntBits(src[i]) & 0x7fff_ffff);
            b |= 0x7f80_0000 - (Float.floatToRawIntBits(src[i + 1]) & 0x7fff_ffff);
            c |= 0x7f80_0000 - (Float.floatToRawIntBits(src[i + 2]) & 0x7fff_ffff);
            d |= 0x7f80_0000 - (Float.floatToRawIntBits(src[i + 3]) & 0x7fff_ffff);
        }
        for (; i < from + n; i++) {
            a |= 0x7f80_0000 - (Float.floatToRawIntBits(src[i]) & 0x7fff_ffff);
        }
        return (a | b | c | d) < 0;
    }

    /**
     * Dequantises an array.
     *
     * @param src codes, of formats of at most 8 bits; bits above the width are ignored
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if the format is wider than 8 bits
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     */
    public void dequantize(byte[] src, int from, float[] dst, int to, int n) {
        requireBytes();
        Objects.checkFromIndexSize(from, n, src.length);
        Objects.checkFromIndexSize(to, n, dst.length);
        if (n >= LONG && format.width() == Byte.SIZE) {
            // all bits of a code count, and integers and zero points of 8 bits, and their differences, are exact
            for (int done = 0; done < n; done += CHUNK) {
                int m = Math.min(CHUNK, n - done);
                codec.decode(src, from + done, dst, to + done, m);
                ElementQuantizer.restore(affine, dst, to + done, m);
            }
            return;
        }
        float[] table = n < TABLE ? null : new float[TABLE];
        for (int code = 0; table != null && code < TABLE; code++) {
            table[code] = dequantize((int) format.toInteger(code & format.codeMask()));
        }
        for (int i = 0; i < n; i++) {
            int code = src[from + i] & 0xff;
            dst[to + i] = table != null ? table[code] : dequantize((int) format.toInteger(code & format.codeMask()));
        }
    }

    /**
     * Dequantises an array.
     *
     * @param src codes; bits above the width are ignored
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     */
    public void dequantize(short[] src, int from, float[] dst, int to, int n) {
        Objects.checkFromIndexSize(from, n, src.length);
        Objects.checkFromIndexSize(to, n, dst.length);
        long mask = format.codeMask();
        for (int i = 0; i < n; i++) {
            dst[to + i] = dequantize((int) format.toInteger(src[from + i] & mask));
        }
    }

    /**
     * Quantises and dequantises an array: the forward step of quantisation-aware training.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives values; may be the same array at the same position
     * @param to position of the first result
     * @param passes receives 1 where the gradient of the straight-through estimator passes and 0 where the value is
     *     clamped, at the positions of {@code dst}; may be null
     * @param n number of values
     * @throws IndexOutOfBoundsException if a range does not lie within its array; nothing has been written then
     */
    public void fakeQuantize(float[] src, int from, float[] dst, int to, byte @Nullable [] passes, int n) {
        Objects.checkFromIndexSize(from, n, src.length);
        Objects.checkFromIndexSize(to, n, dst.length);
        if (passes != null) {
            Objects.checkFromIndexSize(to, n, passes.length);
        }
        for (int i = 0; i < n; i++) {
            float x = src[from + i];
            if (passes != null) {
                passes[to + i] = (byte) (isClamped(x) ? 0 : 1);
            }
            dst[to + i] = dequantize(quantize(x));
        }
    }

    private void requireBytes() {
        if (format.width() > 8) {
            throw new IllegalArgumentException("codes of " + format + " have " + format.width() + " bits; use short[]");
        }
    }

    @Override
    public String toString() {
        return "Quantizer[" + format + ", " + rule + ", " + affine + "]";
    }
}
