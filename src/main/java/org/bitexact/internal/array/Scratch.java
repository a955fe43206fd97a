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

    private static final @Nullable SoftReference<float[]>[] KEPT = references(8);

    private Scratch() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable SoftReference<float[]>[] references(int n) {
        return new SoftReference[n];
    }

    /** {@return an array of at least {@code n} elements, which hold anything} */
    public static float[] floats(int n) {
        synchronized (KEPT) {
            int best = -1;
            float[] array = null;
            for (int i = 0; i < KEPT.length; i++) {
                float[] x = kept(i);
                if (x != null && x.length >= n && (array == null || x.length < array.length)) {
                    best = i;
                    array = x;
                }
            }
            if (array != null) {
                KEPT[best] = null;
                return array;
            }
        }
        return new float[n];
    }

    /** Keeps an array that its owner does not need any more, if there is room. */
    public static void release(float[] array) {
        synchronized (KEPT) {
            int free = -1;
            long sum = array.length;
            for (int i = 0; i < KEPT.length; i++) {
                float[] x = kept(i);
                if (x == null) {
                    free = i;
                } else {
                    sum += x.length;
                }
            }
            if (free >= 0 && sum <= MOST) {
                KEPT[free] = new SoftReference<>(array);
            }
        }
    }

    private static float @Nullable [] kept(int i) {
        SoftReference<float[]> reference = KEPT[i];
        return reference == null ? null : reference.get();
    }
}
