package org.bitexact.kernel;

import java.util.SplittableRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.ScalarFormat;

/** Vectors of codes that make accumulation hard: cancellation, limits of the formats, special values. */
final class Operands {
    private final SplittableRandom random;

    Operands(long seed) {
        random = new SplittableRandom(seed);
    }

    SplittableRandom random() {
        return random;
    }

    /** Any code, with the limits of the format more often than the others. */
    long code(ScalarFormat format) {
        if (format instanceof FloatFormat f && random.nextInt(4) == 0) {
            long[] limits = {
                0,
                f.minPositiveCode(),
                f.trailingMask(),
                f.minNormalCode(),
                f.maxFiniteCode(),
                f.maxFiniteCode() - 1,
                f.hasInfinity() ? f.infinityCode() : 0,
                f.hasNan() ? f.nanCode() : 0
            };
            // special values end a sum: few of them
            int limit = random.nextInt(random.nextInt(8) == 0 ? limits.length : limits.length - 2);
            return (limits[limit] | (random.nextBoolean() ? f.signMask() : 0)) & f.codeMask();
        }
        return random.nextLong() & format.codeMask();
    }

    /** A finite code, all codes being equally frequent. */
    long finite(ScalarFormat format) {
        while (true) {
            long code = random.nextLong() & format.codeMask();
            if (!(format instanceof FloatFormat f) || f.isFinite(code)) {
                return code;
            }
        }
    }

    /** A finite code of a number whose magnitude is about one. */
    long moderate(ScalarFormat format) {
        if (!(format instanceof FloatFormat f)) {
            return code(format);
        }
        int e = Math.max(f.emin(), Math.min(f.emax(), random.nextInt(9) - 4));
        long field = e - f.emin() + f.lowestNormalField();
        long code = field << f.trailingBits() | random.nextLong() & f.trailingMask();
        return Math.min(code, f.maxFiniteCode()) | (random.nextBoolean() ? f.signMask() : 0);
    }

    /**
     * Two vectors. In some of them all numbers are moderate; in others many products are followed by about their
     * negatives.
     */
    void fill(ScalarFormat formatA, long[] a, ScalarFormat formatB, long[] b, int k) {
        int kind = random.nextInt(4);
        for (int i = 0; i < k; i++) {
            boolean wild = kind == 0 || kind == 2 && random.nextInt(3) == 0;
            a[i] = wild ? code(formatA) : kind == 1 ? finite(formatA) : moderate(formatA);
            b[i] = wild ? code(formatB) : kind == 1 ? finite(formatB) : moderate(formatB);
            if (i > 0 && kind >= 2 && random.nextInt(3) == 0) {
                int j = random.nextInt(i);
                a[i] = a[j] ^ (formatA instanceof FloatFormat f ? f.signMask() : 0);
                b[i] = random.nextInt(3) == 0 ? (b[j] ^ 1) & formatB.codeMask() : b[j];
            }
        }
    }
}
