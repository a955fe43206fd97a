package org.bitexact.vectors;

import java.math.BigInteger;
import java.util.Arrays;
import org.apache.commons.numbers.fraction.BigFraction;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.bitexact.quant.BlockArithmetic;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.BlockSpecials;

/**
 * Blocks by their definition, in exact fractions: the scale from the largest magnitude, each element the quotient rounded
 * once, each value the product rounded once.
 */
final class BlockReference {
    private static final Policies SATURATING = Policies.IEEE.saturating();

    private final BlockCodec codec;
    private final BlockFormat format;
    private final BigFraction largest;

    private BlockReference(BlockCodec codec) {
        this.codec = codec;
        format = codec.format();
        long code = format.element() instanceof FloatFormat f
                ? f.maxFiniteCode()
                : ((IntFormat) format.element()).maxInteger();
        largest = fraction(format.element(), code);
    }

    /** {@return whether a codec follows the definition: exact quotients, and a scale that is no nearest logarithm} */
    static boolean suits(BlockCodec codec) {
        return codec.arithmetic() == BlockArithmetic.EXACT;
    }

    static BlockReference of(BlockCodec codec) {
        return new BlockReference(codec);
    }

    private static BigFraction fraction(ScalarFormat format, long code) {
        return Oracle.of(format).decode(code) instanceof OracleValue.Finite f ? f.toFraction() : BigFraction.ZERO;
    }

    /** {@return scales, codes, and what they decode to} */
    long[][] encode(long[] x, long tensor) {
        int length = format.blockLength();
        long[][] all = {new long[codec.blocks(x.length)], new long[x.length], new long[x.length]};
        for (int from = 0; from < x.length; from += length) {
            int n = Math.min(length, x.length - from);
            long[][] block = encodeBlock(Arrays.copyOfRange(x, from, from + n), tensor);
            all[0][from / length] = block[0][0];
            System.arraycopy(block[1], 0, all[1], from, n);
            System.arraycopy(block[2], 0, all[2], from, n);
        }
        return all;
    }

    private long[][] encodeBlock(long[] x, long tensor) {
        BigFraction t = fraction(Formats.BINARY32, tensor);
        BigFraction amax = BigFraction.ZERO;
        boolean finite = true;
        OracleValue[] values = new OracleValue[x.length];
        for (int i = 0; i < x.length; i++) {
            values[i] = Oracle.of(Formats.BINARY32).decode(x[i]);
            finite &= values[i] instanceof OracleValue.Finite || values[i] instanceof OracleValue.Zero;
            BigFraction magnitude = fraction(Formats.BINARY32, x[i]).abs();
            amax = magnitude.compareTo(amax) > 0 ? magnitude : amax;
        }
        long[] q = new long[x.length];
        long[] y = new long[x.length];
        long scale;
        if (!finite && codec.specials() == BlockSpecials.NAN_SCALE) {
            scale = format.scale().nanCode();
        } else {
            scale = scale(amax.divide(t));
            BigFraction s = fraction(format.scale(), scale);
            for (int i = 0; i < x.length; i++) {
                OracleValue quotient = values[i] instanceof OracleValue.Finite f
                        ? s.signum() == 0
                                ? new OracleValue.Zero(f.negative())
                                : OracleValue.of(f.toFraction().divide(s.multiply(t)))
                        : values[i];
                q[i] = Oracle.of(format.element())
                        .encode(quotient, codec.policies(), 0)
                        .code();
            }
        }
        for (int i = 0; i < x.length; i++) {
            y[i] = decode(q[i], scale, t);
        }
        return new long[][] {{scale}, q, y};
    }

    private long decode(long code, long scale, BigFraction t) {
        OracleValue element = Oracle.of(format.element()).decode(code);
        OracleValue s = Oracle.of(format.scale()).decode(scale);
        OracleValue product;
        if (s instanceof OracleValue.Nan || element instanceof OracleValue.Nan) {
            return Formats.BINARY32.nanCode();
        } else if (element instanceof OracleValue.Finite e && s instanceof OracleValue.Finite f) {
            product = OracleValue.of(e.toFraction().multiply(f.toFraction()).multiply(t));
        } else if (element instanceof OracleValue.Finite) {
            product = new OracleValue.Zero(element.negative()); // a scale of zero
        } else {
            product = element;
        }
        return Oracle.of(Formats.BINARY32).encode(product, Policies.IEEE, 0).code();
    }

    // ------------------------------------------------------------------ scale

    private long scale(BigFraction a) {
        boolean zero = a.signum() == 0;
        BigFraction quotient = a.divide(largest);
        return switch (codec.scaleRule()) {
            case QUOTIENT_UP -> encode(quotient, Rounding.TOWARD_POSITIVE);
            case QUOTIENT_NEAREST -> encode(quotient, Rounding.TIES_TO_EVEN);
            case FLOOR -> zero ? smallest() : power(floorLog2(a) - floorLog2(largest));
            case CEIL -> zero ? smallest() : power(ceilLog2(a) - floorLog2(largest));
            case EVEN -> zero ? smallest() : power(floorLog2(a.add(halfUlp(a))) - floorLog2(largest));
            case FLOOR_PLUS_ONE -> zero ? smallest() : power(floorLog2(a) - floorLog2(largest) + 1);
            case EXPONENT_NEAREST -> {
                if (zero) {
                    yield smallest();
                }
                // the nearer integer: the square of the significand against 2
                int e = floorLog2(quotient);
                BigFraction m = quotient.divide(power2(e));
                yield power(m.multiply(m).compareTo(BigFraction.of(2)) < 0 ? e : e + 1);
            }
        };
    }

    private long encode(BigFraction value, Rounding rounding) {
        return Oracle.of(format.scale())
                .encode(OracleValue.of(value), SATURATING.withRounding(rounding), 0)
                .code();
    }

    private long smallest() {
        return encode(power2(-1000), Rounding.TOWARD_POSITIVE);
    }

    /** The power of two, or the nearest one that the scale has. */
    private long power(int exponent) {
        int most = floorLog2(fraction(format.scale(), format.scale().maxFiniteCode()));
        int least = floorLog2(fraction(format.scale(), smallest()));
        return encode(power2(Math.max(least, Math.min(most, exponent))), Rounding.TIES_TO_EVEN);
    }

    /** Half a unit in the last place of the element format at a number, its exponent unbounded. */
    private BigFraction halfUlp(BigFraction a) {
        int fraction = format.element() instanceof FloatFormat f
                ? f.trailingBits()
                : floorLog2(BigFraction.of(((IntFormat) format.element()).maxInteger()));
        return power2(floorLog2(a) - fraction - 1);
    }

    private static BigFraction power2(int e) {
        BigInteger power = BigInteger.ONE.shiftLeft(Math.abs(e));
        return e >= 0 ? BigFraction.of(power) : BigFraction.of(BigInteger.ONE, power);
    }

    private static int floorLog2(BigFraction a) {
        int guess = a.getNumerator().bitLength() - a.getDenominator().bitLength();
        return a.compareTo(power2(guess)) >= 0 ? guess : guess - 1;
    }

    private static int ceilLog2(BigFraction a) {
        int floor = floorLog2(a);
        return a.compareTo(power2(floor)) > 0 ? floor + 1 : floor;
    }
}
