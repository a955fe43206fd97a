package org.bitexact.internal.array;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Copies binary32 values to their patterns and back, a block at a time.
 *
 * <p>A loop over {@link Float#floatToRawIntBits} is not vectorised by the compilers of JDK 17 and 25, but two copies
 * through one piece of memory are, and so is the integer loop over the patterns. No bit of a NaN changes.
 *
 * <p><b>Thread safety</b>: none; it belongs to one call.
 */
public final class Patterns {
    /** The longest block, in elements: the patterns, the memory between and a copy stay in the first-level cache. */
    public static final int BLOCK = 2048;

    private final int size;
    private final FloatBuffer floats;
    private final IntBuffer ints;
    private float[] values = {};
    private int[] marks = {};

    /**
     * Prepares for blocks of a size.
     *
     * @param n the largest number of elements
     */
    public Patterns(int n) {
        size = n;
        ByteBuffer memory = ByteBuffer.allocate(4 * n).order(ByteOrder.nativeOrder());
        floats = memory.asFloatBuffer();
        ints = memory.asIntBuffer();
    }

    /** {@return scratch memory for a block} */
    float[] values() {
        if (values.length == 0) {
            values = new float[size];
        }
        return values;
    }

    /** {@return scratch memory for a block} */
    int[] marks() {
        if (marks.length == 0) {
            marks = new int[size];
        }
        return marks;
    }

    public void toPatterns(float[] src, int from, int[] dst, int to, int n) {
        floats.put(0, src, from, n);
        ints.get(0, dst, to, n);
    }

    public void toFloats(int[] src, int from, float[] dst, int to, int n) {
        ints.put(0, src, from, n);
        floats.get(0, dst, to, n);
    }
}
