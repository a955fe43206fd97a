package org.bitexact.kernel;

import org.bitexact.arith.Arithmetic;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * Steps by {@link Arithmetic}, which rounds the same exact values once under the same policies. Integer factors, of at
 * most 32 bits, are exact in binary64 and taken as codes of that.
 *
 * <p>A NaN may have other bits here; results have none of them, since every NaN result is the canonical one.
 */
final class ArithmeticSteps extends Accumulator.Steps {
    private final Arithmetic factors;
    private final Arithmetic sums;
    private final @Nullable Codec integersA;
    private final @Nullable Codec integersB;
    private final int randomBits;

    ArithmeticSteps(Products products, Codec accumulator) {
        integersA = integers(products.formatA);
        integersB = integers(products.formatB);
        factors = Arithmetic.widening(floats(products.formatA), floats(products.formatB), accumulator);
        sums = Arithmetic.of(accumulator);
        randomBits = accumulator.policies().randomBits();
    }

    private static @Nullable Codec integers(ScalarFormat format) {
        return format instanceof FloatFormat ? null : Codec.of(format);
    }

    private static FloatFormat floats(ScalarFormat format) {
        return format instanceof FloatFormat f ? f : Formats.BINARY64;
    }

    private static long code(@Nullable Codec integers, long code) {
        return integers == null ? code : Double.doubleToRawLongBits(integers.decode(code));
    }

    @Override
    long fma(Run run, int i, long s) {
        long x = code(integersA, run.a[run.aFrom + i]);
        long y = code(integersB, run.b[run.bFrom + i]);
        return factors.fma(x, y, s, run.random(randomBits), null);
    }

    @Override
    long multiply(Run run, int i) {
        long x = code(integersA, run.a[run.aFrom + i]);
        long y = code(integersB, run.b[run.bFrom + i]);
        return factors.multiply(x, y, run.random(randomBits), null);
    }

    @Override
    long add(Run run, long x, long y) {
        return sums.add(x, y, run.random(randomBits), null);
    }
}
