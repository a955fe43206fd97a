package org.bitexact.testkit;

import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.bitexact.format.IntFormat;
import org.bitexact.quant.FixedPointMultiplier;

/**
 * Rescaling of a 32-bit accumulator to an integer format, as integer inference does it: multiplied by a fixed-point number,
 * the zero point added, brought into range.
 *
 * @param multiplier the multiplier
 * @param roundsTwice whether the product is rounded twice, as gemmlowp does, or once
 * @param zeroPoint the integer added after rounding
 * @param format the integer format of the result, of at most 31 bits
 * @since 0.1
 */
public record Requantization(FixedPointMultiplier multiplier, boolean roundsTwice, int zeroPoint, IntFormat format)
        implements IntUnaryOperator {
    /** Checks the components. */
    public Requantization {
        Objects.requireNonNull(multiplier, "multiplier");
        Objects.requireNonNull(format, "format");
        if (format.width() > 31) {
            throw new IllegalArgumentException("format must have at most 31 bits: " + format);
        }
    }

    @Override
    public int applyAsInt(int accumulator) {
        int product =
                roundsTwice ? multiplier.applyRoundingTwice(accumulator) : multiplier.applyRoundingOnce(accumulator);
        return clamp((long) product + zeroPoint);
    }

    /** The integer of the format that is nearest. */
    int clamp(long n) {
        return (int) Math.max(format.minInteger(), Math.min(format.maxInteger(), n));
    }
}
