package org.bitexact.vectors;

import java.util.Optional;
import org.bitexact.codec.CounterRandom;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Scaling;
import org.bitexact.engine.Spec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;

/**
 * Operands of dot products that tell matrix engines apart. The kinds take turns: any codes; numbers around one; all exponents;
 * products below the smallest normal result; sums that cancel; special values; one large term and others about as far below as
 * the engine's adder reaches; an addend and products of about half of its last place; zeros. Of integers: any codes; the ends of their
 * range; small ones; each with addends anywhere or at the ends of theirs.
 */
final class DotDraw {
    private enum Kind {
        ANY,
        ORDINARY,
        ALIGNED,
        CANCELLING,
        WIDE,
        HALVES,
        TINY,
        SPECIAL,
        ZEROS
    }

    private final Engine engine;
    private final int k;
    private final long seed;
    private final Codes a;
    private final Codes b;
    private final Codes c;
    private final int reach;
    private long drawn;
    private int turn;

    DotDraw(Engine engine, int k, long seed) {
        this.engine = engine;
        this.k = k;
        this.seed = seed;
        a = new Codes(engine.formatA());
        b = new Codes(engine.formatB());
        c = new Codes(engine.formatC());
        int kept = engine.spec().map(Spec::fractionBits).orElse(Spec.EXACT);
        reach = kept == Spec.EXACT ? c.precision : kept;
    }

    /** {@return a, b, c and, of a scaled engine, the scales} */
    long[][] dot() {
        Kind kind = Kind.values()[turn++ % Kind.values().length];
        long[] x = new long[k];
        long[] y = new long[k];
        long z = c.isInteger ? integers(kind, x, y) : floats(kind, x, y);
        Optional<Scaling> scaling = engine.scaling();
        if (scaling.isEmpty()) {
            return new long[][] {x, y, {z}};
        }
        int blocks = (k + scaling.get().blockLength() - 1) / scaling.get().blockLength();
        long[] scaleA = new long[blocks];
        long[] scaleB = new long[blocks];
        for (int i = 0; i < blocks; i++) {
            scaleA[i] = scale(scaling.get().format(), kind);
            scaleB[i] = scale(scaling.get().format(), kind);
        }
        return new long[][] {x, y, {z}, scaleA, scaleB};
    }

    /** {@return matrices: row i of A and column j of B are those of dot products i and j} */
    long[][] tile(int m, int n) {
        int lines = Math.max(m, n);
        boolean scaled = engine.scaling().isPresent();
        long[][][] dots = new long[lines][][];
        for (int i = 0; i < lines; i++) {
            dots[i] = dot();
        }
        int blocks = scaled ? dots[0][3].length : 0;
        long[][] cells = new long[scaled ? 5 : 3][];
        cells[0] = new long[m * k];
        cells[1] = new long[k * n];
        cells[2] = new long[m * n];
        if (scaled) {
            cells[3] = new long[m * blocks];
            cells[4] = new long[blocks * n];
        }
        for (int row = 0; row < m; row++) {
            System.arraycopy(dots[row][0], 0, cells[0], row * k, k);
            if (scaled) {
                System.arraycopy(dots[row][3], 0, cells[3], row * blocks, blocks);
            }
            for (int column = 0; column < n; column++) {
                cells[2][row * n + column] = dots[row == column ? row : (row + column) % lines][2][0];
            }
        }
        for (int column = 0; column < n; column++) {
            for (int i = 0; i < k; i++) {
                cells[1][i * n + column] = dots[column][1][i];
            }
            for (int i = 0; i < blocks; i++) {
                cells[4][i * n + column] = dots[column][4][i];
            }
        }
        return cells;
    }

    // ------------------------------------------------------------------ draws

    private int below(int bound) {
        return bound <= 1 ? 0 : (int) Math.floorMod(CounterRandom.word(seed, drawn++) >>> 8, (long) bound);
    }

    private long bits() {
        return CounterRandom.word(seed, drawn++);
    }

    private long floats(Kind kind, long[] x, long[] y) {
        switch (kind) {
            case ANY, SPECIAL -> {
                for (int i = 0; i < k; i++) {
                    boolean ordinary = kind == Kind.SPECIAL && below(4) != 0;
                    x[i] = ordinary ? a.number(below(5) - 2) : kind == Kind.SPECIAL ? a.special() : a.any();
                    y[i] = ordinary ? b.number(below(5) - 2) : kind == Kind.SPECIAL ? b.special() : b.any();
                }
                return kind == Kind.SPECIAL && below(3) == 0 ? c.special() : c.any();
            }
            case CANCELLING -> {
                for (int i = 0; i < k; i++) {
                    boolean undo = i % 2 == 1;
                    x[i] = undo ? a.negated(x[i - 1]) : a.number(below(9) - 4);
                    y[i] = undo ? b.nudged(y[i - 1], below(3) - 1) : b.number(below(9) - 4);
                }
                return below(3) == 0 ? c.zero() : c.number(below(2 * reach) - 2 * reach);
            }
            case ALIGNED -> {
                int high = below(k);
                int e = below(5) - 2;
                for (int i = 0; i < k; i++) {
                    int down = i == high ? 0 : reach - 3 + below(6);
                    int half = down / 2;
                    x[i] = a.number(e - (i == high ? 0 : half));
                    y[i] = b.number(e - (i == high ? 0 : down - half));
                }
                return below(2) == 0 ? c.number(2 * e + below(5) - 2) : c.number(2 * e - reach + below(7) - 3);
            }
            case HALVES -> {
                int e = below(5) - 2;
                int down = c.precision + below(3) - 1;
                for (int i = 0; i < k; i++) {
                    boolean used = i == 0 || below(3) == 0;
                    x[i] = used ? a.power(e - down / 2) : a.zero();
                    y[i] = used ? b.power(e - (down - down / 2)) : b.zero();
                }
                return c.number(2 * e);
            }
            case ZEROS -> {
                boolean negative = below(2) == 0;
                for (int i = 0; i < k; i++) {
                    x[i] = a.zero(negative);
                    y[i] = b.magnitude(b.number(0));
                }
                return c.zero(below(4) != 0);
            }
            default -> {
                for (int i = 0; i < k; i++) {
                    int spread = kind == Kind.ORDINARY ? 5 : 9;
                    int middle = kind == Kind.TINY ? c.emin / 2 : 0;
                    boolean wide = kind == Kind.WIDE;
                    x[i] = a.number(wide ? a.exponent() : middle + below(spread) - spread / 2);
                    y[i] = b.number(wide ? b.exponent() : middle + below(spread) - spread / 2);
                }
                return switch (kind) {
                    case WIDE -> c.number(c.exponent());
                    case TINY -> c.number(c.emin + below(5) - 3);
                    default -> below(4) == 0 ? c.zero() : c.number(below(7) - 3);
                };
            }
        }
    }

    private long integers(Kind kind, long[] x, long[] y) {
        for (int i = 0; i < k; i++) {
            boolean ends = kind.ordinal() % 2 == 1;
            x[i] = ends ? a.end() : a.any();
            y[i] = ends ? b.end() : b.any();
        }
        return below(2) == 0 ? c.any() : c.end();
    }

    private long scale(FloatFormat format, Kind kind) {
        Codes codes = new Codes(format);
        return switch (kind) {
            case ANY -> codes.any();
            case SPECIAL -> below(3) == 0 ? codes.special() : codes.number(below(5) - 2);
            case WIDE -> codes.number(codes.exponent() / 2);
            default -> codes.number(below(5) - 2);
        };
    }

    /** Codes of one format, in their fields. */
    private final class Codes {
        final ScalarFormat format;
        final boolean isInteger;
        final int precision;
        final int emin;
        private final int emax;

        Codes(ScalarFormat format) {
            this.format = format;
            isInteger = format instanceof IntFormat;
            precision = format instanceof FloatFormat f ? f.precision() : format.width();
            emin = format instanceof FloatFormat f ? f.emin() : 0;
            emax = format instanceof FloatFormat f ? f.emax() : 0;
        }

        long any() {
            return bits() & format.codeMask();
        }

        long zero() {
            return 0;
        }

        /** A zero of that sign, if the format has it. */
        long zero(boolean negative) {
            FloatFormat f = (FloatFormat) format;
            return negative && f.signed() && f.isZero(f.signMask()) ? f.signMask() : 0;
        }

        long magnitude(long code) {
            return code & ((FloatFormat) format).magnitudeMask();
        }

        int exponent() {
            return emin + below(emax - emin + 1);
        }

        /** A number with an exponent, as near as the format has it; a third have few ones. */
        long number(int e) {
            FloatFormat f = (FloatFormat) format;
            long fraction = bits() & f.trailingMask();
            if (below(3) == 0) {
                fraction &= bits();
                fraction &= bits();
            }
            long magnitude = Math.min(field(f, e) << f.trailingBits() | fraction, f.maxFiniteCode());
            return signed(f, magnitude);
        }

        long power(int e) {
            FloatFormat f = (FloatFormat) format;
            return signed(f, Math.min(field(f, e) << f.trailingBits(), f.maxFiniteCode()));
        }

        /** The exponent field; numbers below the smallest normal one have field 0. */
        private long field(FloatFormat f, int e) {
            return Math.max(0, Math.min(e, emax) + f.bias());
        }

        private long signed(FloatFormat f, long magnitude) {
            return f.signed() && below(2) == 0 && magnitude != 0 ? magnitude | f.signMask() : magnitude;
        }

        long negated(long code) {
            FloatFormat f = (FloatFormat) format;
            return f.signed() && (code & f.magnitudeMask()) != 0 ? code ^ f.signMask() : code;
        }

        /** A neighbour of the same sign. */
        long nudged(long code, int step) {
            FloatFormat f = (FloatFormat) format;
            long magnitude = (code & f.magnitudeMask()) + step;
            return magnitude < 0 || magnitude > f.maxFiniteCode() ? code : code + step;
        }

        /** An infinity, a NaN, a zero, the largest or smallest number, of either sign. */
        long special() {
            FloatFormat f = (FloatFormat) format;
            long magnitude = switch (below(6)) {
                case 0 -> f.hasInfinity() ? f.infinityCode() : f.maxFiniteCode();
                case 1 -> f.hasNan() ? f.nanCode() & f.magnitudeMask() : f.maxFiniteCode();
                case 2 -> f.hasNan() && f.quietBit() != 0 ? f.infinityCode() | 1 : 0;
                case 3 -> 0;
                case 4 -> f.maxFiniteCode();
                default -> f.minPositiveCode();
            };
            return f.signed() && below(2) == 0 ? magnitude | f.signMask() : magnitude;
        }

        /** An end of the range, or next to it, or about zero. */
        long end() {
            IntFormat f = (IntFormat) format;
            long ends = f.signed() ? 1L << (f.width() - 1) : 0;
            return switch (below(5)) {
                case 0 -> ends;
                case 1 -> ends - 1 & f.codeMask();
                case 2 -> ends + 1 & f.codeMask();
                case 3 -> below(3) & f.codeMask();
                default -> f.codeMask() - (below(2) & f.codeMask());
            };
        }
    }
}
