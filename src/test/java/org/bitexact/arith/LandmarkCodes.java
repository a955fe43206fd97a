package org.bitexact.arith;

import java.util.stream.LongStream;
import org.bitexact.format.FloatFormat;

/** Codes at which operations change their way. */
public final class LandmarkCodes {
    private LandmarkCodes() {}

    /** The ends of each class of codes with their neighbours, numbers around 1, NaNs with and without payload. */
    public static long[] of(FloatFormat f) {
        long one = f.minNormalCode() - ((long) f.emin() << f.trailingBits());
        long infinity = f.hasInfinity() ? f.infinityCode() : f.maxFiniteCode();
        LongStream magnitudes = LongStream.of(
                0,
                1,
                2,
                f.minNormalCode() - 1,
                f.minNormalCode(),
                f.minNormalCode() + 1,
                one - 1,
                one,
                one + 1,
                one | 0x5_5555_5555_5555L & f.trailingMask(),
                one + f.minNormalCode() + 2,
                f.maxFiniteCode() - 1,
                f.maxFiniteCode(),
                infinity,
                infinity + 1,
                infinity | f.quietBit(),
                infinity | f.quietBit() | 1,
                infinity | f.trailingMask());
        return magnitudes
                .map(m -> m & f.magnitudeMask())
                .flatMap(m -> LongStream.of(m, m | f.signMask()))
                .distinct()
                .toArray();
    }
}
