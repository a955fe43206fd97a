package org.bitexact.internal.array;

import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;

/**
 * Arrays that matrix products use again. One that has just been made is in no cache, and filling it with zeros first
 * costs as much as filling it with numbers.
 *
 * <p>At most {@link #MOST} numbers are kept, and given up when memory is short.
 *
 * <p><b>Thread safety</b>: safe. An array has one owner at a time.
 */
public final class Scratch {
    /** Numbers that are kept. */
    private static final int MOST = 1 << 23;

    /** Arrays of rows of one length; the newest take the places of the oldest. */
    private static final @Nullable SoftReference<float[][]>[] KEPT = references(8);

    private Scratch() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable SoftReference<float[][]>[] references(int n) {
        return new SoftReference[n];
    }

    /** {@return an array of at least {@code n} elements, which hold anything} */
    public static float[] floats(int n) {
        return rows(1, n)[0];
    }

    /** {@return at least {@code n} arrays of at least {@code length} elements, which hold anything} */
    public static float[][] rows(int n, int length) {
        synchronized (KEPT) {
            int best = -1;
            float[][] rows = null;
            for (int i = 0; i < KEPT.length; i++) {
                float[][] x = kept(i);
                boolean fits = x != null && x.length >= n && x[0].length >= length && (x.length == 1) == (n == 1);
                if (x != null && fits && (rows == null || size(x) < size(rows))) {
                    best = i;
                    rows = x;
                }
            }
            if (rows != null) {
                KEPT[best] = null;
                return rows;
            }
        }
        return new float[n][length];
    }

    /** Keeps an array that its owner does not need any more. */
    public static void release(float[] array) {
        release(new float[][] {array});
    }

    /** Keeps arrays that their owner does not need any more. */
    public static void release(float[][] rows) {
        if (rows.length == 0 || size(rows) > MOST) {
            return;
        }
        synchronized (KEPT) {
            long sum = size(rows);
            SoftReference<float[][]> next = new SoftReference<>(rows);
            for (int i = 0; i < KEPT.length; i++) { // from the newest on
                float[][] x = kept(i);
                SoftReference<float[][]> last = KEPT[i];
                KEPT[i] = next;
                if (x == null) {
                    return;
                }
                sum += size(x);
                next = sum <= MOST ? last : null;
            }
        }
    }

    private static float @Nullable [][] kept(int i) {
        SoftReference<float[][]> reference = KEPT[i];
        return reference == null ? null : reference.get();
    }

    private static long size(float[][] rows) {
        return (long) rows.length * rows[0].length;
    }
}
