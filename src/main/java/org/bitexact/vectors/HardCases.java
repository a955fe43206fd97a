package org.bitexact.vectors;

import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/**
 * Operands whose exact result is hard to round: the stimulus of {@code -hard}, beyond TestFloat's classes.
 *
 * <p>A case starts from an <i>aim</i>, a point of the result's format where rounding or a flag changes: halfway between
 * two codes, a code itself, the underflow boundary (half of the smallest number; the last midpoint below 2^emin, with
 * bounded and with unbounded exponent), the overflow threshold; each exactly, or missed by a little on either side. All
 * operands but one are drawn at random, and the last is computed so that the exact result comes as close to the aim as
 * its format allows, then moved by up to two codes. Besides:
 *
 * <ul>
 *   <li>short factors, whose product has one bit more than the result's precision: an exact tie;
 *   <li>the same with an addend far below, of either sign: wrong if the sum is rounded twice, at any intermediate width;
 *   <li>an addend that cancels the rounded product or the other operand, but for a few last places;
 *   <li>a product of about half a last place of the addend;
 *   <li>in one case of eight, operands from TestFloat's own weighted draw, infinities, or NaNs with any payload.
 * </ul>
 *
 * <p>Aims are computed in binary64: up to 24 bits of precision they are exact, beyond they are near; numbers beyond its
 * range are not aimed at.
 *
 * <p><b>Thread safety.</b> An instance is mutable and belongs to one thread. {@link #next} does not allocate, unless a
 * format has numbers beyond binary64.
 *
 * @since 0.1
 */
public final class HardCases {
    private final TestFloatOperation operation;
    private final Side a;
    private final Side b;
    private final Side c;
    private final Side result;
    private final int arity;
    private final GlibcRandom random;

    /**
     * Prepares the cases of a function.
     *
     * @param operation the operation
     * @param operands formats of the operands, as many as the operation has
     * @param result format of the result; that of the operands for a comparison
     * @param seed seed of the draw
     * @throws IllegalArgumentException if the number of operands is not the operation's
     */
    public HardCases(TestFloatOperation operation, List<ScalarFormat> operands, ScalarFormat result, int seed) {
        if (operands.size() != operation.arity()) {
            throw new IllegalArgumentException(
                    "operands of " + operation.word() + " must be " + operation.arity() + ": " + operands.size());
        }
        this.operation = operation;
        arity = operands.size();
        a = new Side(operands.get(0));
        b = arity > 1 ? new Side(operands.get(1)) : a;
        c = arity > 2 ? new Side(operands.get(2)) : a;
        this.result = new Side(result);
        random = new GlibcRandom(seed);
    }

    /**
     * {@return the cases of a stream's function}
     *
     * @param function the function; its types must be those of formats
     * @param seed seed of the draw
     * @throws IllegalArgumentException if the format of a type is not known
     */
    public static HardCases of(TestFloatFunction function, int seed) {
        List<ScalarFormat> operands =
                function.operands().stream().map(HardCases::format).toList();
        ScalarFormat result = function.operation().isComparison() ? operands.get(0) : format(function.result());
        return new HardCases(function.operation(), operands, result, seed);
    }

    private static ScalarFormat format(StreamType type) {
        return type.format()
                .orElseThrow(() -> new IllegalArgumentException("type must be that of a format: " + type.name()));
    }

    /** {@return the number of operands of a case} */
    public int arity() {
        return arity;
    }

    /**
     * Produces the next case.
     *
     * @param operands receives the codes a, b, c in their containers; length at least {@link #arity()}
     */
    public void next(long[] operands) {
        switch (operation) {
            case ADD -> sum(operands, 1);
            case SUB -> sum(operands, -1);
            case MUL -> product(operands);
            case DIV -> quotient(operands);
            case SQRT -> root(operands);
            case MUL_ADD -> fused(operands);
            case REM -> remainder(operands);
            case CONVERT -> operands[0] = a.near(a.isInteger() ? a.inRange(aim(), random) : aim(), step());
            case ROUND_TO_INT ->
                operands[0] = a.near(missed((below(a.reach()) >>> below(30)) + 0.5 * below(2)) * sign(), step());
            default -> comparison(operands);
        }
        boolean special = below(8) == 0;
        for (int i = 0; i < arity; i++) {
            Side side = i == 0 ? a : i == 1 ? b : c;
            if (!special || below(2) == 0) {
                operands[i] <<= side.containerShift;
            } else {
                operands[i] = below(3) == 0 ? side.special(random) << side.containerShift : side.source.random(random);
            }
        }
    }

    // ------------------------------------------------------------------ operations

    private void sum(long[] out, int sign) {
        if (below(3) == 0) {
            // an odd multiple of half a last place of the other operand: a tie, or one but for the last places
            out[0] = a.random(random);
            int half = result.ulpExponent(a.value(out[0])) - 1;
            out[1] = b.near(missed(b.odd(1 + below(Math.min(b.precision, result.precision)), half, random)), step());
            return;
        }
        double v = aim();
        long x = below(4) == 0
                ? a.random(random)
                : a.scaled(v, below(2 * result.precision + 6) - result.precision - 3, random);
        if (below(4) == 0) {
            v = 0; // cancellation
        }
        out[0] = x;
        out[1] = b.near(sign * (v - a.value(x)), step());
    }

    private void product(long[] out) {
        if (below(3) == 0) {
            shortFactors(out);
            return;
        }
        double v = aim();
        out[0] = a.scaled(b.split(v), below(9) - 4, random);
        out[1] = b.near(v / a.value(out[0]), step());
    }

    /** Factors whose significands have p + 1 bits together, or one less or more. */
    private void shortFactors(long[] out) {
        int bits = result.precision + 1 + below(3) - 1;
        int first = 1 + below(Math.max(1, Math.min(a.precision, bits - 1)));
        out[0] = a.ofBits(first, random);
        out[1] = b.ofBits(Math.max(1, bits - first), random);
    }

    private void quotient(long[] out) {
        int p = result.precision;
        if (p <= 30 && a.precision >= p && b.precision >= p && below(2) == 0) {
            // m odd with p + 1 bits, y = r / m modulo 2^p: then x = (m y - r) / 2^p is whole, and x / y = m / 2^p
            // within
            // 2^-2p of itself
            long m = random.nextBytes(4) & (1L << p) - 1 | 1 | 1L << p;
            long r = 1 + below(4);
            long y = r * inverse(m) & (1L << p) - 1;
            long x = m * y - r >>> p;
            if (x >= 1L << p) { // the opposite remainder
                y = (1L << p) - y;
                x = m * y + r >>> p;
            }
            int e = a.middle(random);
            out[0] = a.near(sign() * Math.scalb((double) x, e - p), 0);
            out[1] = b.near(sign() * Math.scalb((double) y, b.middle(random) - p), 0);
            return;
        }
        double v = aim();
        out[1] = b.scaled(a.split(v), below(9) - 4, random);
        out[0] = a.near(v * b.value(out[1]), step());
    }

    /** The inverse of an odd number modulo 2^64, by Newton's iteration: each step doubles the bits that are right. */
    private static long inverse(long m) {
        long inverse = m; // 3 bits
        for (int bits = 3; bits < 64; bits *= 2) {
            inverse *= 2 - m * inverse;
        }
        return inverse;
    }

    private void root(long[] out) {
        int p = result.precision;
        if (p > 2 && p <= 29 && a.precision >= p && below(2) == 0) {
            // m odd with p + 1 bits and m^2 = r modulo 2^(p+2), bit by bit: x = (m^2 - r) / 2^(p+2) is whole
            int bound = 1 << Math.min(p - 3, 12);
            long above = below(bound); // two draws, so that r takes either sign
            long r = 1 + 8L * (above - below(bound));
            long m = 1;
            for (int i = 3; i < p + 2; i++) {
                m += (m * m - r >> i & 1) << i - 1;
            }
            m = m < 1L << p ? (1L << p + 1) - m : m;
            long x = m * m - r >> p + 2;
            int k = a.middle(random) / 2;
            out[0] = a.near(Math.scalb((double) x, p + 2 + 2 * (k - p)), 0);
            return;
        }
        double v = Math.abs(aim());
        if (!(a.holds(v * v))) {
            v = Math.scalb(v, Math.getExponent(v) / 2 - Math.getExponent(v));
        }
        out[0] = a.near(v * v, step());
    }

    private void fused(long[] out) {
        switch (below(4)) {
            case 0 -> {
                shortFactors(out);
                double p = a.value(out[0]) * b.value(out[1]);
                out[2] = c.scaled(p, -below(4 * result.precision + 60), random);
            }
            case 1 -> {
                product(out);
                out[2] = c.near(-(a.value(out[0]) * b.value(out[1])), step());
            }
            case 2 -> {
                // half a last place of the addend
                out[2] = c.random(random);
                if (below(2) == 0) {
                    // odd factors, their product an odd multiple of that
                    int first = 1 + below(a.precision);
                    int second = 1 + below(Math.max(1, Math.min(b.precision, result.precision - first)));
                    int lsb = result.ulpExponent(c.value(out[2])) - 1;
                    int e = Math.max(a.lowest(), Math.min(a.emax - first, lsb / 2 - below(3)));
                    out[0] = a.near(a.odd(first, e, random), 0);
                    out[1] = b.near(b.odd(second, lsb - e, random), 0);
                    return;
                }
                double half = Math.scalb(1.0, Math.getExponent(c.value(out[2])) - c.precision - below(3));
                double v = missed(half * (below(2) == 0 ? 1 : 1 + 2 * below(4))) * sign();
                out[0] = a.scaled(b.split(v), below(9) - 4, random);
                out[1] = b.near(v / a.value(out[0]), step());
            }
            default -> {
                double v = aim();
                out[0] = a.scaled(b.split(v), below(9) - 4, random);
                out[1] = below(2) == 0
                        ? b.near(v / a.value(out[0]), step())
                        : b.scaled(v / a.value(out[0]), below(9) - 4, random);
                out[2] = c.near(v - a.value(out[0]) * b.value(out[1]), step());
            }
        }
    }

    private void remainder(long[] out) {
        out[1] = b.random(random);
        double multiple = below(1 << below(12)) + 0.5 * below(2);
        out[0] = a.near(b.value(out[1]) * missed(Math.scalb(multiple, below(2) * below(40))) * sign(), step());
    }

    private void comparison(long[] out) {
        out[0] = a.random(random);
        out[1] = b.near(a.value(out[0]) * (below(4) == 0 ? -1 : 1), step());
    }

    // ------------------------------------------------------------------ draws

    private int below(int bound) {
        return bound <= 1 ? 0 : (int) (random.nextBytes(4) % bound);
    }

    private int sign() {
        return below(2) == 0 ? 1 : -1;
    }

    /** Number of codes to move by: mostly 0, up to 2 either way. */
    private int step() {
        return Math.max(-2, Math.min(2, below(9) - 4)) * below(2);
    }

    /** A number, exactly or missed by a small fraction. */
    private double missed(double v) {
        int kind = below(3);
        return kind == 0 ? v : v * (1 + (kind == 1 ? 1 : -1) * Math.scalb(1.0, -1 - below(52)));
    }

    private double aim() {
        return missed(result.aim(below(8), random)) * (result.signed ? sign() : 1);
    }

    /** One operand's or the result's format, and numbers of it. */
    private static final class Side {
        private static final Policies NEAREST = Policies.IEEE.withOverflow(Overflow.SATURATE);

        final ScalarFormat format;
        final Codec codec;
        final OperandSource source;
        final int containerShift;
        final int precision;
        final boolean signed;
        private final int emin;
        private final int emax;
        private final long largest;
        private final int magnitudeBits;

        Side(ScalarFormat format) {
            this.format = format;
            StreamType type = StreamType.of(format);
            source = type.operands();
            containerShift = type.containerShift();
            if (format instanceof FloatFormat f) {
                codec = Codec.of(f, NEAREST);
                precision = f.precision();
                signed = f.signed();
                emin = f.emin();
                emax = f.emax();
                largest = f.maxFiniteCode();
                magnitudeBits = f.exponentBits() + f.trailingBits();
            } else {
                IntFormat f = (IntFormat) format;
                codec = Codec.of(f);
                precision = Math.min(f.width(), 53);
                signed = f.signed();
                emin = 0;
                emax = f.width() - (f.signed() ? 2 : 1);
                largest = f.codeMask() >>> (f.signed() ? 1 : 0);
                magnitudeBits = f.width() - (f.signed() ? 1 : 0);
            }
        }

        double value(long code) {
            if (!(format instanceof FloatFormat f) || f.fitsBinary64()) {
                return codec.decode(code);
            }
            return f.isNan(code) || (code & ones(magnitudeBits)) > largest
                    ? Double.NaN
                    : codec.decodeExact(code).doubleValue();
        }

        /** The number nearest to v, moved by some codes; a NaN or infinite v gives the largest number. */
        long near(double v, int step) {
            long code = Double.isFinite(v) ? codec.encodeLong(v, 0, null) : largest;
            if (step == 0) {
                return code;
            }
            if (format instanceof IntFormat) {
                return code + step & format.codeMask();
            }
            long magnitude = code & ones(magnitudeBits);
            long moved = magnitude + step;
            return moved < 0 || moved > largest ? code : code - magnitude + moved;
        }

        /** A finite number, its code uniform. */
        long random(GlibcRandom random) {
            long bits = random.nextBytes(8);
            long magnitude = largest == -1L ? bits : Long.remainderUnsigned(bits >>> 1, largest + 1);
            boolean negative = signed && (bits & 1) != 0 && magnitude != 0; // -0 is a NaN in some formats
            return negative ? magnitude | 1L << magnitudeBits & format.codeMask() : magnitude;
        }

        /** A code beyond the largest number, infinite or a NaN, if there is one. */
        long special(GlibcRandom random) {
            long beyond = ones(magnitudeBits) - largest;
            if (beyond <= 0) {
                return format instanceof FloatFormat f && f.hasNan() ? f.nanCode() : random(random);
            }
            long bits = random.nextBytes(8);
            long magnitude = largest + 1 + (bits >>> 1) % beyond;
            return signed && (bits & 1) != 0 ? magnitude | 1L << magnitudeBits : magnitude;
        }

        /** A number of magnitude 2^shift times that of v, more or less, its significand random, as is its sign. */
        long scaled(double v, int shift, GlibcRandom random) {
            double fraction = 1 + (random.nextBytes(4) & 0xffff_ffffL) * 0x1p-32;
            int e = v == 0 ? emin : Math.getExponent(v);
            double magnitude = Math.scalb(fraction, e + shift);
            return near(signed && (random.next() & 16) != 0 ? -magnitude : magnitude, 0);
        }

        /** A number whose significand has some bits and is odd. */
        long ofBits(int bits, GlibcRandom random) {
            long n = random.nextBytes(8) & ones(bits) | 1 | 1L << bits - 1;
            int range = Math.max(1, emax - emin);
            int e = emin + (int) (random.nextBytes(4) % range) - (bits - 1);
            double magnitude = Math.scalb((double) n, range > 20 && (random.next() & 48) != 0 ? e / 8 : e);
            return near(signed && (random.next() & 16) != 0 ? -magnitude : magnitude, 0);
        }

        /** A factor of v that leaves the other factor in the format's range. */
        double split(double v) {
            int e = Math.getExponent(v);
            return Math.scalb(1.0, e > emax || e < emin ? e - (emax + emin) / 2 : e / 2);
        }

        /** Largest whole number worth rounding to an integer: one place beyond the precision, if it is in range. */
        int reach() {
            return 1 << Math.max(1, Math.min(Math.min(precision + 1, emax), 30));
        }

        /** The exponent of the last place of a number in this format, whatever its range above. */
        int ulpExponent(double v) {
            return Math.max(v == 0 ? emin : Math.getExponent(v), emin) - precision + 1;
        }

        /** An odd number of some bits times 2^lsb, of either sign. */
        double odd(int bits, int lsb, GlibcRandom random) {
            double n = random.nextBytes(8) & ones(bits) | 1 | 1L << bits - 1;
            return Math.scalb(signed && (random.next() & 16) != 0 ? -n : n, lsb);
        }

        /** The exponent of the last place of the smallest number. */
        int lowest() {
            return emin - precision + 1;
        }

        /** An exponent from the middle half of the range. */
        int middle(GlibcRandom random) {
            int range = Math.max(1, (emax - emin) / 2);
            return emin + range / 2 + (int) (random.nextBytes(4) % range);
        }

        /** Whether a magnitude lies between the smallest normal and the largest number. */
        boolean holds(double v) {
            return v >= Math.scalb(1.0, emin) && v <= value(largest);
        }

        boolean isInteger() {
            return format instanceof IntFormat;
        }

        /** The number of the same significand, brought into an integer format's range. */
        double inRange(double v, GlibcRandom random) {
            int e = (int) (random.nextBytes(2) % (emax + 1));
            return Math.scalb(v, e - Math.getExponent(v));
        }

        /** A magnitude where rounding to the format changes. */
        double aim(int kind, GlibcRandom random) {
            if (isInteger()) {
                // near the limits, or halfway between two integers of any size
                double most = Math.scalb(1.0, emax + 1);
                return kind < 2
                        ? most - 0.5 + kind
                        : (random(random) & ones(magnitudeBits) >>> random.nextByte() % Math.max(1, magnitudeBits))
                                + 0.5;
            }
            double smallest = Math.scalb(1.0, emin - precision + 1);
            double normal = Math.scalb(1.0, emin);
            switch (kind) {
                case 0: // the last midpoints below the smallest normal number, exponent unbounded or bounded
                    return normal - Math.scalb(smallest, -1 - (random.next() >>> 4 & 1));
                case 1:
                    return smallest * 0.5 * (1 + (random.next() >>> 4 & 3));
                case 2: // the overflow threshold
                    double max = value(largest);
                    return max + Math.scalb(1.0, Math.getExponent(max) - precision);
                case 3:
                    return Math.abs(value(random(random)));
                default: {
                    // halfway to the next number; half of the draws near one, where no operand leaves its range
                    long code = random(random) & ones(magnitudeBits);
                    double x = Math.abs(value(code));
                    if (kind >= 6) {
                        x = Math.scalb(x, -Math.getExponent(x) + (random.next() >>> 4 & 3));
                    }
                    int e = Math.max(Math.getExponent(x), emin);
                    return x + Math.scalb(1.0, e - precision);
                }
            }
        }

        private static long ones(int bits) {
            return bits >= 64 ? -1 : (1L << bits) - 1;
        }
    }
}
