package org.bitexact.internal.array;

import org.bitexact.internal.array.FloatStep.Operation;

/**
 * A {@link FloatStep} in loops that the compilers of JDK 17 and 25 vectorise: of binary32 arithmetic, and of integer
 * arithmetic on patterns.
 *
 * <p>Corrections are without branches: a mask is all ones where a difference is negative.
 */
final class PlainStep extends StepKernel {
    private static final int STRIDE = FloatStep.STRIDE;
    private static final int MAGNITUDE = Integer.MAX_VALUE;
    private static final int INFINITY = 0xff << 23;

    PlainStep(FloatStep step) {
        super(step);
    }

    @Override
    protected boolean run(float[] src, int from, float[] dst, int to, int n) {
        float[] results = new float[n];
        int[] patterns = new int[n];
        Patterns copies = new Patterns(n);
        float[] u = src;
        int x = from;
        if (step.operation() == Operation.FMA) {
            u = new float[STRIDE + n];
            x = 0;
            multiply(src, from, u, n);
            System.arraycopy(src, from + 2 * STRIDE, u, STRIDE, n);
        } else if (step.operation() == Operation.SUBTRACT) {
            u = new float[STRIDE + n];
            x = 0;
            System.arraycopy(src, from, u, 0, n);
            negate(src, from + STRIDE, u, n);
        }
        switch (step.operation()) {
            case ADD, SUBTRACT, FMA -> add(u, x, results, n);
            case MULTIPLY -> multiply(u, x, results, n);
            case DIVIDE -> divide(u, x, results, n);
            case SQUARE_ROOT -> squareRoot(u, x, results, n);
        }
        copies.toPatterns(results, 0, patterns, 0, n);
        if (step.odd()) {
            float[] errors = new float[n];
            int[] marks = new int[n];
            errors(u, x, results, errors, n);
            copies.toPatterns(errors, 0, marks, 0, n);
            toOdd(patterns, marks, n);
        }
        if (step.minusZero()) {
            int[] signs = new int[n];
            int[] others = new int[n];
            copies.toPatterns(u, x, signs, 0, n);
            copies.toPatterns(u, x + STRIDE, others, 0, n);
            setSigns(patterns, signs, others, n);
        }
        boolean rare = step.watchesInfinite() && someInfinite(patterns, n);
        replaceNans(patterns, step.nan(), n);
        copies.toFloats(patterns, 0, dst, to, n);
        if (step.watchesTiny() && !rare) {
            if (step.operation() == Operation.FMA) {
                copies.toPatterns(u, 0, patterns, 0, n);
            }
            rare = someTiny(patterns, n) && someRare(src, from, n);
        }
        return rare;
    }

    private static void add(float[] src, int x, float[] dst, int n) {
        for (int i = 0; i < n; i++) {
            dst[i] = src[x + i] + src[x + STRIDE + i];
        }
    }

    private static void multiply(float[] src, int x, float[] dst, int n) {
        for (int i = 0; i < n; i++) {
            dst[i] = src[x + i] * src[x + STRIDE + i];
        }
    }

    private static void divide(float[] src, int x, float[] dst, int n) {
        for (int i = 0; i < n; i++) {
            dst[i] = src[x + i] / src[x + STRIDE + i];
        }
    }

    private static void squareRoot(float[] src, int x, float[] dst, int n) {
        for (int i = 0; i < n; i++) {
            dst[i] = (float) Math.sqrt(src[x + i]);
        }
    }

    private static void negate(float[] src, int from, float[] dst, int n) {
        for (int i = 0; i < n; i++) {
            dst[STRIDE + i] = -src[from + i];
        }
    }

    /** The errors of sums (TwoSum). */
    private static void errors(float[] src, int x, float[] sums, float[] errors, int n) {
        for (int i = 0; i < n; i++) {
            float u = src[x + i];
            float v = src[x + STRIDE + i];
            float s = sums[i];
            float z = s - u;
            errors[i] = (u - (s - z)) + (v - z);
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
    private static void setSigns(int[] sums, int[] u, int[] v, int n) {
        for (int i = 0; i < n; i++) {
            int zero = (sums[i] & MAGNITUDE) - 1 >> 31;
            sums[i] |= (u[i] | v[i]) & ~MAGNITUDE & zero;
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
