package org.bitexact.engine;

import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;

/**
 * Operands that are hard for an engine: cancellation, terms about as far apart as alignment reaches, addends that nearly
 * undo the products, limits of the formats, special values, vectors shorter and longer than a step.
 */
final class EngineInputs {
    private static final int KINDS = 20;

    private final SplittableRandom random;
    private final Engine engine;
    private final int step;
    private int count;

    /**
     * @param engine whose formats they have
     * @param seed makes them
     */
    EngineInputs(Engine engine, long seed) {
        this.engine = engine;
        random = new SplittableRandom(seed ^ engine.name().hashCode());
        int terms = engine.spec()
                .map(Spec::terms)
                .orElseGet(() -> engine.integerSpec().orElseThrow().step());
        int tile = engine.spec().map(spec -> spec.order().tile()).orElse(terms);
        int lanes = engine.spec().map(spec -> spec.order().lanes().size()).orElse(1);
        step = tile == Order.WHOLE ? Math.max(terms * lanes, 2) : tile;
    }

    /** {@return the next case} */
    DotCase next() {
        int kind = count++ % KINDS;
        int k = length();
        if (!(engine.formatA() instanceof FloatFormat)) {
            return integers(kind, k);
        }
        return switch (kind) {
            case 12, 13 -> clusters(Math.max(k, 2), false);
            case 14 -> clusters(step <= 256 ? Math.max(k, step) : k, true);
            case 15, 16, 17, 18, 19 -> tie();
            default -> floats(kind, k);
        };
    }

    /** Mostly a step or two, and what is shorter, with a rest, or much longer. */
    private int length() {
        int most = step > 128 ? step + 40 : 3 * step + 3;
        switch (random.nextInt(8)) {
            case 0:
                return random.nextInt(4);
            case 1:
                return step;
            case 2:
                return Math.min(most, step + 1);
            case 3:
                return random.nextInt(most + 1);
            default:
                return 1 + random.nextInt(Math.min(step, 16));
        }
    }

    // ------------------------------------------------------------------ integers

    private DotCase integers(int kind, int k) {
        long[] a = new long[k];
        long[] b = new long[k];
        for (int i = 0; i < k; i++) {
            a[i] = integer((IntFormat) engine.formatA(), kind);
            b[i] = integer((IntFormat) engine.formatB(), kind);
            if (kind == 3) {
                a[i] = a[0];
                b[i] = b[0];
            }
        }
        long[] ends = {0x7fff_ffffL, 0x8000_0000L, 0, 0xffff_ffffL};
        long c = kind % 2 == 0
                ? random.nextLong() & 0xffff_ffffL
                : ends[random.nextInt(4)] + random.nextInt(-1000, 1000) & 0xffff_ffffL;
        return new DotCase(a, b, c);
    }

    private long integer(IntFormat f, int kind) {
        long[] extremes = {0, 1, f.codeMask(), f.codeMask() >>> 1, f.codeMask() / 2 + 1};
        return kind % 3 == 0 ? extremes[random.nextInt(5)] & f.codeMask() : random.nextLong() & f.codeMask();
    }

    // ------------------------------------------------------------------ floating point

    private DotCase floats(int kind, int k) {
        FloatFormat fa = (FloatFormat) engine.formatA();
        FloatFormat fb = (FloatFormat) engine.formatB();
        FloatFormat fc = (FloatFormat) engine.formatC();
        long[] a = new long[k];
        long[] b = new long[k];
        for (int i = 0; i < k; i++) {
            boolean empty = kind == 3 && random.nextInt(4) != 0;
            a[i] = empty ? zero(fa) : draw(fa, kind);
            b[i] = empty && random.nextBoolean() ? zero(fb) : draw(fb, kind);
            if (kind == 2 && i > 0 && random.nextBoolean()) { // nearly undoes another
                int j = random.nextInt(i);
                a[i] = a[j] ^ fa.signMask();
                b[i] = random.nextInt(3) == 0 ? (b[j] ^ 1) & fb.codeMask() : b[j];
            }
        }
        long c = switch (random.nextInt(5)) {
            case 0 -> zero(fc);
            case 1 -> random.nextLong() & fc.codeMask();
            case 2 -> near(a, b, fa, fb, fc);
            default -> draw(fc, kind);
        };
        if (kind == 9) {
            c = zero(fc);
            if (random.nextInt(3) == 0) { // zeros beside large factors, and a small addend
                for (int i = 0; i < k; i++) {
                    a[i] = random.nextInt(8) == 0 ? number(fa, fa.emin() - 1, fa.emin()) : 0;
                    b[i] = a[i] == 0 ? number(fb, fb.emax() - 2, fb.emax()) : 0;
                }
                c = number(fc, fc.emin() - 1, fc.emin() + 2);
            } else if (random.nextBoolean()) { // all products are -0, some of them if subnormal numbers are flushed
                for (int i = 0; i < k; i++) {
                    a[i] = a[i] & fa.magnitudeMask() & (random.nextInt(3) == 0 ? fa.trailingMask() : 0);
                    b[i] = fb.isNan(b[i] & fb.magnitudeMask()) ? fb.signMask() : b[i] | fb.signMask();
                }
                c = fc.signMask() | (random.nextInt(3) == 0 ? random.nextLong() & fc.trailingMask() : 0);
            }
        }
        if (engine.scaling().isEmpty()) {
            return new DotCase(a, b, c);
        }
        long[] scalesA = scales(k, kind);
        long[] scalesB = scales(k, kind);
        if (kind == 10 && engine.scaling().get().format().bias() == 127) {
            for (int i = 0; i < scalesA.length; i++) { // products about the smallest number of the result
                scalesA[i] = random.nextInt(100);
                int spread = random.nextBoolean() ? 8 : 24;
                scalesB[i] = 106 + random.nextInt(-spread, spread + 1) - scalesA[i] & 0xff;
            }
            c = 0;
        }
        return new DotCase(a, b, c, scalesA, scalesB);
    }

    /**
     * Powers of two that lie as far apart as the bits that are kept, or as half a unit of the result's last place and
     * less: cuts in both directions, ties and what breaks them.
     *
     * @param crowd whether most elements are the same, so that the sum is much larger than each
     */
    private DotCase clusters(int k, boolean crowd) {
        FloatFormat fa = (FloatFormat) engine.formatA();
        FloatFormat fb = (FloatFormat) engine.formatB();
        FloatFormat fc = (FloatFormat) engine.formatC();
        int t = ((FloatFormat) engine.formatD()).trailingBits();
        int kept = Math.min(engine.spec().orElseThrow().fractionBits(), t + 4);
        int least = fa.emin() + fb.emin() - fa.trailingBits() - fb.trailingBits();
        int top = fa.emax() + fb.emax();
        int e = random.nextInt(3) == 0 ? top - random.nextInt(3) : random.nextInt(least, top + 1);
        int[] depths = {
            0, 0, 1, t, t + 1, t + 2, kept - 1, kept, kept + 1, kept + 2, 30, 31, 32, e - least, random.nextInt(50)
        };
        long[] a = new long[k];
        long[] b = new long[k];
        for (int i = 0; i < k; i++) {
            int x = crowd && random.nextInt(8) != 0 ? e : e - depths[random.nextInt(depths.length)];
            int low = Math.max(least(fa), x - fb.emax());
            int high = Math.min(fa.emax(), x - least(fb));
            if (low <= high && (crowd || random.nextInt(3) != 0)) {
                int ea = random.nextInt(low, high + 1);
                a[i] = power(fa, ea, !crowd);
                b[i] = power(fb, x - ea, !crowd);
            }
        }
        int ec = e + random.nextInt(3) - depths[random.nextInt(depths.length)];
        long c = ec < least(fc) || ec > fc.emax() ? zero(fc) : power(fc, ec, true);
        return engine.scaling().isEmpty() ? new DotCase(a, b, c) : new DotCase(a, b, c, scales(k, 1), scales(k, 1));
    }

    /** A number, half a unit of its last place or one and a half, and something small that breaks the tie or is lost. */
    private DotCase tie() {
        FloatFormat fa = (FloatFormat) engine.formatA();
        FloatFormat fb = (FloatFormat) engine.formatB();
        FloatFormat fc = (FloatFormat) engine.formatC();
        FloatFormat fd = (FloatFormat) engine.formatD();
        Spec spec = engine.spec().orElseThrow();
        int t = Math.min(fd.trailingBits(), spec.resultBits());
        int kept = Math.min(spec.fractionBits(), 50);
        int[] depths = {kept - 1, kept, kept + 1, t + 2, t + 3, 30, 31, 32, random.nextInt(60)};
        int lowest = least(fa) + least(fb);
        int top = fa.emax() + fb.emax();
        int e = switch (random.nextInt(4)) {
            case 0 -> Math.min(top, lowest + t + 1 + random.nextInt(4));
            case 1 -> Math.max(lowest, Math.min(top, fd.emin() + random.nextInt(3)));
            default -> random.nextInt(lowest, top + 1);
        };
        boolean high = random.nextInt(4) == 0; // 1.5 * 1.5, whose leading bit is one higher
        boolean odd = random.nextBoolean();
        int last = Math.max(high ? e + 1 : e, fd.emin()) - t;
        int[] exponents = {e, odd ? last : last - 1, e - depths[random.nextInt(depths.length)]};
        int addend = random.nextInt(4); // which of them the addend is, if any
        int k = Math.max(3, Math.min(step, 8));
        long[] a = new long[k];
        long[] b = new long[k];
        long c = 0;
        for (int i = 0; i < 3; i++) {
            boolean sign = i > 0 && random.nextBoolean();
            boolean more = i == 0 ? high : i == 1 && odd;
            int x = exponents[i];
            if (i == addend) {
                c = x < least(fc) || x > fc.emax()
                        ? 0
                        : power(fc, x, false) | (sign ? fc.signMask() : 0) | (more ? half(fc, x) : 0);
                continue;
            }
            int place = random.nextInt(k);
            int low = Math.max(least(fa), x - fb.emax());
            int up = Math.min(fa.emax(), x - least(fb));
            if (low <= up) {
                int ea = random.nextInt(low, up + 1);
                a[place] = power(fa, ea, false) | (sign ? fa.signMask() : 0) | (more ? half(fa, ea) : 0);
                b[place] = power(fb, x - ea, false) | (more && i == 0 ? half(fb, x - ea) : 0);
            }
        }
        return engine.scaling().isEmpty() ? new DotCase(a, b, c) : new DotCase(a, b, c, scales(k, 1), scales(k, 1));
    }

    /** The bit that makes 1.5 of 1. */
    private static long half(FloatFormat f, int e) {
        return e >= f.emin() && e < f.emax() && f.trailingBits() > 0 ? 1L << (f.trailingBits() - 1) : 0;
    }

    /** The exponent of the smallest power of two that a format has. */
    private static int least(FloatFormat f) {
        return f.hasSubnormals() ? f.subnormalQuantumExponent() : f.emin();
    }

    private long power(FloatFormat f, int e, boolean anySign) {
        long code = e < f.emin() ? 1L << (e - f.subnormalQuantumExponent()) : (long) (e + f.bias()) << f.trailingBits();
        while (!f.isFinite(code)) {
            code--;
        }
        if (random.nextInt(8) == 0) {
            code = Math.min(code + 1, f.maxFiniteCode());
        }
        return code | (anySign && random.nextBoolean() ? f.signMask() : 0);
    }

    private static long zero(FloatFormat f, boolean negative) {
        return negative && f.hasNegativeZero() ? f.signMask() : 0;
    }

    private long zero(FloatFormat f) {
        return zero(f, random.nextBoolean());
    }

    private long draw(FloatFormat f, int kind) {
        return switch (kind) {
            case 0 -> random.nextLong() & f.codeMask();
            case 4 -> random.nextInt(6) == 0 ? limit(f) : number(f, -3, 3);
            case 5 -> number(f, f.emin() - 1, f.emin() + 3);
            case 6 -> number(f, f.emax() - 3, f.emax());
            case 7 -> number(f, f.emin() - 1, f.emax());
            case 8 -> number(f, -13, 13); // as far apart as a sum keeps bits
            case 9 -> random.nextInt(3) == 0 ? number(f, f.emin() - 1, f.emin()) : zero(f);
            case 10 ->
                engine.scaling().isPresent()
                        ? number(f, -2, 2)
                        : number(f, f.emin() / 2 - 8, f.emin() / 2 + 2); // products about the smallest normal number
            case 11 -> number(f, f.emax() / 2, f.emax() / 2 + 4);
            default -> number(f, -3, 3);
        };
    }

    /** A finite number with an exponent in a range; the exponent below the smallest is that of subnormal numbers. */
    private long number(FloatFormat f, int low, int high) {
        int from = Math.max(low, f.emin() - (f.hasSubnormals() ? 1 : 0));
        int to = Math.max(from, Math.min(high, f.emax()));
        long field = random.nextInt(from, to + 1) + f.bias();
        long fraction = random.nextLong() & f.trailingMask();
        if (random.nextInt(3) == 0) {
            fraction &= random.nextLong() & random.nextLong(); // few ones: ties, exact sums
        }
        long code = Math.max(field, 0) << f.trailingBits() | fraction;
        while (!f.isFinite(code)) {
            code--;
        }
        return code | (random.nextBoolean() ? f.signMask() : 0);
    }

    private long limit(FloatFormat f) {
        long[] limits = {
            0,
            f.minPositiveCode(),
            f.trailingMask(),
            f.minNormalCode(),
            f.maxFiniteCode(),
            f.hasInfinity() ? f.infinityCode() : f.maxFiniteCode(),
            f.hasNan() ? f.nanCode() : 0,
            f.hasInfinity() && f.hasNan() ? f.infinityCode() + 1 + (random.nextLong() & f.trailingMask()) / 2 : 0
        };
        long code = limits[random.nextInt(limits.length)];
        return f.isNan(code) && f.hasSingleNan()
                ? code
                : (code | (random.nextBoolean() ? f.signMask() : 0)) & f.codeMask();
    }

    /** About what undoes the sum of the products. */
    private long near(long[] a, long[] b, FloatFormat fa, FloatFormat fb, FloatFormat fc) {
        Codec ca = Codec.of(fa);
        Codec cb = Codec.of(fb);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum -= ca.decode(a[i]) * cb.decode(b[i]);
        }
        long code = Codec.of(fc).encodeLong(Double.isNaN(sum) ? 0.0 : sum, 0, null);
        long next = code + random.nextInt(-2, 3);
        return fc.isFinite(next & fc.codeMask()) && next >= 0 ? next & fc.codeMask() : code;
    }

    private long[] scales(int k, int kind) {
        Scaling scaling = engine.scaling().orElseThrow();
        FloatFormat f = scaling.format();
        long[] scales = new long[(k + scaling.blockLength() - 1) / scaling.blockLength()];
        for (int i = 0; i < scales.length; i++) {
            int at = random.nextInt(kind == 4 ? 10 : 1000);
            scales[i] = at == 0
                    ? f.nanCode()
                    : kind == 0 || kind == 7
                            ? random.nextLong() & 0xff
                            : kind == 5 ? random.nextInt(4) : number(f, -4 - kind, 4 + kind) & 0xff;
        }
        return scales;
    }
}
