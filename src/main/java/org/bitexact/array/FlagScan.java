package org.bitexact.array;

import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;

/**
 * Finds the flags that the conversion of binary32 values raises, without converting most of them.
 *
 * <p><b>Proof.</b> Let a value lie between the smallest normal and the largest finite number of the target. Rounding is
 * monotone and these are its own numbers, so the result lies between them too: it neither overflows nor is it tiny, and
 * the only flag is inexact, if and only if a discarded bit is set. There t bits of the trailing significand are kept, so
 * the discarded ones are the low 23 - t bits of the pattern. For integers within the range the discarded part is what
 * {@link Math#rint} takes off. A zero raises nothing where the target has a zero. All other values are given to the
 * codec, until every flag that can be raised is.
 *
 * <p><b>Thread safety</b>: immutable.
 */
final class FlagScan {
    /** The flags that a conversion can raise. */
    private static final int POSSIBLE = Flags.INVALID | Flags.OVERFLOW | Flags.UNDERFLOW | Flags.INEXACT;

    private final Codec codec;
    private final long seed;
    private final int randomBits;

    // floats: patterns from first to first + extent (unsigned, of magnitudes for signed formats) are in the range
    private final boolean isFloat;
    private final int magnitude;
    private final int first;
    private final int extent;
    private final int discarded;
    private final boolean zeroIsQuiet;

    // integers: the range in units of the format
    private final float unit;
    private final float least;
    private final float most;

    /** Prepares for a target of at most 32 bits. */
    FlagScan(Codec codec, long seed) {
        this.codec = codec;
        this.seed = seed;
        randomBits = codec.policies().randomBits();
        if (codec.format() instanceof FloatFormat f) {
            isFloat = true;
            magnitude = f.signed() ? Integer.MAX_VALUE : -1;
            int low = f.emin() > Float.MAX_EXPONENT
                    ? Integer.MAX_VALUE
                    : Float.floatToRawIntBits(Math.scalb(1f, Math.max(f.emin(), Float.MIN_EXPONENT)));
            int high = f.fitsBinary64() ? down(codec.decode(f.maxFiniteCode())) : 0;
            first = low;
            extent = f.maxFiniteCode() >= f.minNormalCode() ? Math.max(high - low, -1) : -1;
            discarded = (1 << Math.max(23 - f.trailingBits(), 0)) - 1;
            zeroIsQuiet = f.hasZero();
            unit = 0;
            least = 0;
            most = 0;
        } else {
            IntFormat f = (IntFormat) codec.format();
            isFloat = false;
            magnitude = 0;
            first = 0;
            extent = 0;
            discarded = 0;
            zeroIsQuiet = false;
            boolean bipolar = f.encoding() == IntFormat.Encoding.BIPOLAR;
            unit = Math.scalb(1f, -f.scaleExponent());
            // an empty range where each result is inexact or not for reasons of its own
            least = bipolar ? 1 : -Float.intBitsToFloat(down(-f.minInteger()));
            most = bipolar ? -1 : Float.intBitsToFloat(down(f.maxInteger()));
        }
    }

    /** {@return the pattern of the largest binary32 number that is not above a positive one or zero} */
    private static int down(double x) {
        float nearest = (float) x;
        return Float.floatToRawIntBits(nearest > x ? Math.nextDown(nearest) : nearest);
    }

    /**
     * {@return the flags already raised and those of the conversion of some values}
     *
     * @param raised flags already raised
     * @param index position of the first value in its stream of random bits
     */
    int scan(float[] src, int from, int n, long index, int raised) {
        if ((raised & POSSIBLE) == POSSIBLE) {
            return raised;
        }
        return isFloat ? scanFloat(src, from, n, index, raised) : scanInteger(src, from, n, index, raised);
    }

    private int scanFloat(float[] src, int from, int n, long index, int raised) {
        int flags = raised;
        int lost = 0;
        for (int i = 0; i < n; i++) {
            int bits = Float.floatToRawIntBits(src[from + i]);
            int offset = (bits & magnitude) - first;
            if (extent >= 0 && offset + Integer.MIN_VALUE <= extent + Integer.MIN_VALUE) {
                lost |= bits;
            } else if (!zeroIsQuiet || bits << 1 != 0) {
                flags |= ask(bits, index + i);
            }
        }
        return (lost & discarded) == 0 ? flags : flags | Flags.INEXACT;
    }

    private int scanInteger(float[] src, int from, int n, long index, int raised) {
        int flags = raised;
        for (int i = 0; i < n; i++) {
            float x = src[from + i];
            float y = x * unit;
            boolean normal = y != 0 && Math.abs(x) >= Float.MIN_NORMAL;
            if (y >= least && y <= most && (normal || x == 0)) {
                flags |= y == (float) Math.rint(y) ? 0 : Flags.INEXACT;
            } else {
                flags |= ask(Float.floatToRawIntBits(x), index + i);
            }
        }
        return flags;
    }

    private int ask(int bits, long index) {
        long random = randomBits == 0 ? 0 : CounterRandom.bits(seed, index, randomBits);
        return (int) (codec.encodeFloatBits(bits, random) >>> 32);
    }
}
