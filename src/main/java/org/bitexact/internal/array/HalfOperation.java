package org.bitexact.internal.array;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.bitexact.format.Formats;
import org.bitexact.internal.array.CodeOperation.Operands;
import org.bitexact.internal.array.FloatStep.Operation;
import org.bitexact.internal.codec.HalfFloats;
import org.jspecify.annotations.Nullable;

/**
 * An operation on FP16 codes in loops over the JDK's half-float conversions, which compilers of JDK 20 and later vectorise:
 * one from codes to binary32 results, and one that encodes those. A loop from codes to codes would not be, since the
 * arrays could be the same.
 *
 * <p>{@link FloatStep} has the proof: of FP16 operands only sums with a product need more than the operation of binary32.
 * NaNs are looked for in the end, and made canonical.
 *
 * <p><b>Thread safety</b>: safe.
 */
public final class HalfOperation implements ArrayKernel {
    /** The elements of a block, a multiple of any vector's lanes. */
    public static final int BLOCK = 2048;

    private static final int MAGNITUDE = 0x7fff;
    private static final int INFINITY = 0x7c00;
    private static final short NAN = (short) Formats.BINARY16.nanCode();

    /** What the loops of this class cannot do. Belongs to one thread at a time. */
    public interface Corrections {
        /**
         * Adds, rounded to odd: {@code u[i] += v[i]}, inexact sums being moved to the neighbour whose last bit is 1.
         *
         * @param u terms, replaced by sums; of {@link #BLOCK} elements
         * @param v terms; of {@link #BLOCK} elements
         * @param n number of sums; further ones may be changed
         */
        void addToOdd(float[] u, float[] v, int n);

        /**
         * {@return whether some FP16 codes are NaNs}
         *
         * @param codes an array
         * @param from position of the first code
         * @param n number of codes, at most {@link #BLOCK}
         */
        boolean someNan(short[] codes, int from, int n);
    }

    private final Operation operation;
    private final Supplier<Corrections> corrections;
    /** Memory that the last run has left; fresh one would have to come through the caches. */
    private final AtomicReference<@Nullable Scratch> spare = new AtomicReference<>();

    private static final class Scratch {
        final float[] u = new float[BLOCK];
        final float[] v = new float[BLOCK];
        final Corrections corrections;

        Scratch(Corrections corrections) {
            this.corrections = corrections;
        }
    }

    /**
     * Prepares an operation; only where the conversions are {@linkplain HalfFloats#PRESENT present}.
     *
     * @param operation the operation
     * @param corrections makes the corrections of a thread
     */
    public HalfOperation(Operation operation, Supplier<Corrections> corrections) {
        this.operation = operation;
        this.corrections = corrections;
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        Operands o = (Operands) src;
        short[] results = (short[]) dst;
        Scratch known = spare.getAndSet(null);
        Scratch scratch = known == null ? new Scratch(corrections.get()) : known;
        float[] u = scratch.u;
        for (int k = 0; k < n; k += BLOCK) {
            int m = Math.min(BLOCK, n - k);
            int x = o.xFrom() + from + k;
            int y = o.yFrom() + from + k;
            switch (operation) {
                case ADD -> add(o.x(), x, o.y(), y, u, m);
                case SUBTRACT -> subtract(o.x(), x, o.y(), y, u, m);
                case MULTIPLY -> multiply(o.x(), x, o.y(), y, u, m);
                case DIVIDE -> divide(o.x(), x, o.y(), y, u, m);
                case SQUARE_ROOT -> squareRoot(o.x(), x, u, m);
                case FMA -> {
                    multiply(o.x(), x, o.y(), y, u, m);
                    decode(o.z(), o.zFrom() + from + k, scratch.v, m);
                    scratch.corrections.addToOdd(u, scratch.v, m);
                }
            }
            encode(u, results, to + k, m);
            if (scratch.corrections.someNan(results, to + k, m)) {
                replaceNans(results, to + k, m);
            }
        }
        spare.set(scratch);
    }

    private static void add(short[] x, int xFrom, short[] y, int yFrom, float[] results, int n) {
        for (int i = 0; i < n; i++) {
            results[i] = HalfFloats.toFloat(x[xFrom + i]) + HalfFloats.toFloat(y[yFrom + i]);
        }
    }

    private static void subtract(short[] x, int xFrom, short[] y, int yFrom, float[] results, int n) {
        for (int i = 0; i < n; i++) {
            results[i] = HalfFloats.toFloat(x[xFrom + i]) - HalfFloats.toFloat(y[yFrom + i]);
        }
    }

    private static void multiply(short[] x, int xFrom, short[] y, int yFrom, float[] results, int n) {
        for (int i = 0; i < n; i++) {
            results[i] = HalfFloats.toFloat(x[xFrom + i]) * HalfFloats.toFloat(y[yFrom + i]);
        }
    }

    private static void divide(short[] x, int xFrom, short[] y, int yFrom, float[] results, int n) {
        for (int i = 0; i < n; i++) {
            results[i] = HalfFloats.toFloat(x[xFrom + i]) / HalfFloats.toFloat(y[yFrom + i]);
        }
    }

    private static void squareRoot(short[] x, int xFrom, float[] results, int n) {
        for (int i = 0; i < n; i++) {
            results[i] = (float) Math.sqrt(HalfFloats.toFloat(x[xFrom + i]));
        }
    }

    private static void decode(short[] x, int xFrom, float[] values, int n) {
        for (int i = 0; i < n; i++) {
            values[i] = HalfFloats.toFloat(x[xFrom + i]);
        }
    }

    private static void encode(float[] values, short[] dst, int to, int n) {
        for (int i = 0; i < n; i++) {
            dst[to + i] = HalfFloats.of(values[i]);
        }
    }

    private static void replaceNans(short[] codes, int from, int n) {
        for (int i = from; i < from + n; i++) {
            if ((codes[i] & MAGNITUDE) > INFINITY) {
                codes[i] = NAN;
            }
        }
    }
}
