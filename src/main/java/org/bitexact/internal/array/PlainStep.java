package org.bitexact.internal.array;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A {@link FloatStep} in loops that the compilers of JDK 17 and 25 vectorise: of binary32 arithmetic, and of integer
 * arithmetic on patterns.
 *
 * <p>Corrections are without branches: a mask is all ones where a difference is negative.
 */
final class PlainStep extends StepKernel {
    private static final int STRIDE = FloatStep.STRIDE;
    private static final int BLOCK = Patterns.BLOCK;
    private static final int MAGNITUDE = Integer.MAX_VALUE;
    private static final int INFINITY = 0xff << 23;

    /** Memory that the last run has left; fresh one would have to come through the caches. */
    private final AtomicReference<@Nullable Scratch> spare = new AtomicReference<>();

    PlainStep(FloatStep step) {
        super(step);
    }

    /** Arrays of their own, all with the same index: otherwise compilers do not see that loops have no overlap. */
    private static final class Scratch {
        final float[] u = new float[BLOCK];
        final float[] v = new float[BLOCK];
        final float[] s = new float[BLOCK];
        final int[] patterns = new int[BLOCK];
        final int[] others = new int[BLOCK];
        final Patterns copies = new Patterns(BLOCK);
    }

    @Override
    protected boolean run(float[] src, int from, float[] dst, int to, int n) {
        Scratch known = spare.getAndSet(null);
        Scratch scratch = known == null ? new Scratch() : known;
        boolean rare = false;
        for (int k = 0; k < n; k += BLOCK) {
            rare |= run(src, from + k, dst, to + k, Math.min(BLOCK, n - k), scratch);
        }
        spare.set(scratch);
        return rare;
    }

    private boolean run(float[] src, int from, float[] dst, int to, int n, Scratch scratch) {
        float[] u = scratch.u;
        float[] v = scratch.v;
        float[] s = scratch.s;
        int[] patterns = scratch.patterns;
        int[] others = scratch.others;
        Patterns copies = scratch.copies;
        boolean rare = false;
        System.arraycopy(src, from, u, 0, n);
        System.arraycopy(src, from + STRIDE, v, 0, n);
        switch (step.operation()) {
            case ADD -> add(u, v, s, n);
            case SUBTRACT -> {
                negate(v, n);
                add(u, v, s, n);
            }
            case MULTIPLY -> multiply(u, v, s, n);
            case DIVIDE -> divide(u, v, s, n);
            case SQUARE_ROOT -> squareRoot(u, s, n);
            case FMA -> {
                multiply(u, v, u, n);
                if (step.watchesTiny()) {
                    copies.toPatterns(u, 0, patterns, 0, n);
                    rare = someTiny(patterns, n) && someRare(src, from, n);
                }
                System.arraycopy(src, from + 2 * STRIDE, v, 0, n);
                add(u, v, s, n);
            }
        }
        copies.toPatterns(s, 0, patterns, 0, n);
        if (step.minusZero()) {
            copies.toPatterns(u, 0, others, 0, n);
            copySigns(patterns, others, n);
            copies.toPatterns(v, 0, others, 0, n);
            copySigns(patterns, others, n);
        }
        if (step.odd()) {
            errors(u, v, s, n);
            copies.toPatterns(u, 0, others, 0, n);
            toOdd(patterns, others, n);
        } else if (step.watchesTiny()) {
            rare = someTiny(patterns, n) && someRare(src, from, n);
        }
        rare |= step.watchesInfinite() && someInfinite(patterns, n);
        replaceNans(patterns, step.nan(), n);
        copies.toFloats(patterns, 0, dst, to, n);
        return rare;
    }

    private static void add(float[] u, float[] v, float[] s, int n) {
        for (int i = 0; i < n; i++) {
            s[i] = u[i] + v[i];
        }
    }

    private static void multiply(float[] u, float[] v, float[] s, int n) {
        for (int i = 0; i < n; i++) {
            s[i] = u[i] * v[i];
        }
    }

    private static void divide(float[] u, float[] v, float[] s, int n) {
        for (int i = 0; i < n; i++) {
            s[i] = u[i] / v[i];
        }
    }

    private static void squareRoot(float[] u, float[] s, int n) {
        for (int i = 0; i < n; i++) {
            s[i] = (float) Math.sqrt(u[i]);
        }
    }

    private static void negate(float[] v, int n) {
        for (int i = 0; i < n; i++) {
            v[i] = -v[i];
        }
    }

    /** Replaces first terms by the errors of the sums (TwoSum). */
    private static void errors(float[] u, float[] v, float[] sums, int n) {
        for (int i = 0; i < n; i++) {
            float s = sums[i];
            float z = s - u[i];
            u[i] = (u[i] - (s - z)) + (v[i] - z);
        }
    }

    /** Moves inexact sums to the odd neighbour on the side of the error. */
    private static void toOdd(int[] sums, int[] errors, int n) {
        for (int i = 0; i < n; i++) {
            int s = sums[i];
            int e = errors[i];
            int magnitude = e & MAGNITUDE;
            int inexact = -magnitude & ~(INFINITY - magnitude); // negative unless it is zero or a NaN
            int odd = s + ((s ^ e) >> 31) | 1;
            sums[i] = s ^ (s ^ odd) & inexact >> 31;
        }
    }

    /** Gives zeros the minus sign if a term has one. */
    private static void copySigns(int[] sums, int[] terms, int n) {
        for (int i = 0; i < n; i++) {
            int zero = (sums[i] & MAGNITUDE) - 1 >> 31;
            sums[i] |= terms[i] & ~MAGNITUDE & zero;
        }
    }

    private static void replaceNans(int[] patterns, int nan, int n) {
        for (int i = 0; i < n; i++) {
            int s = patterns[i];
            int isNan = INFINITY - (s & MAGNITUDE) >> 31;
            patterns[i] = s ^ (s ^ nan) & isNan;
        }
    }

    private static boolean someInfinite(int[] patterns, int n) {
        int any = 0;
        for (int i = 0; i < n; i++) {
            any |= INFINITY - 1 - (patterns[i] & MAGNITUDE);
        }
        return any < 0;
    }

    /** Zeros are among them, rare or not. */
    private static boolean someTiny(int[] patterns, int n) {
        int any = 0;
        for (int i = 0; i < n; i++) {
            any |= (patterns[i] & MAGNITUDE) - FloatStep.TINY;
        }
        return any < 0;
    }

    private boolean someRare(float[] src, int x, int n) {
        for (int i = 0; i < n; i++) {
            if (step.isRare(src[x + i], src[x + STRIDE + i], src[x + 2 * STRIDE + i])) {
                return true;
            }
        }
        return false;
    }
}
