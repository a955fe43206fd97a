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
    private static final int KINDS = 12;

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
        step = tile == Order.WHOLE ? Math.max(terms, 2) : tile;
    }

    /** {@return the next case} */
    DotCase next() {
        int kind = count++ % KINDS;
        int k = length();
        return engine.formatA() instanceof FloatFormat ? floats(kind, k) : integers(kind, k);
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
            if (random.nextBoolean()) { // all products are -0, some of them if subnormal numbers are flushed
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
        return new DotCase(a, b, c, scales(k, kind), scales(k, kind));
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
            case 10 -> number(f, f.emin() / 2 - 8, f.emin() / 2 + 2); // products about the smallest normal number
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
