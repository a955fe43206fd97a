package org.bitexact.internal.array;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Steps from one array to another, a block at a time, each a loop that the compilers of JDK 17 and 25 vectorise.
 *
 * <p>What makes them do so:
 *
 * <ul>
 *   <li>Integers are read from and written to a {@code byte[]}, which can also be filled from floats, and copied to them.
 *   <li>A loop has one array, or arrays with the same index.
 *   <li>Nothing is summed up, and what stays the same is read from a field, not computed before the loop.
 *   <li>Each loop is compiled by itself: the one call here, which has several targets, is never inlined. In one method with
 *       others the same loop may take ten times as long.
 * </ul>
 */
final class ByteSteps {
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** The longest block. */
    static final int BLOCK = 2048;

    /** One step. */
    interface Step {
        /** Works on a block. */
        void run(Block block);
    }

    /** Where a block lies, and scratch memory. */
    static final class Block {
        /** Four bytes an element. */
        final byte[] memory;

        final FloatBuffer floats;
        final byte[] codes;
        final float[] values;
        final float[] array;
        int at;
        final byte[] bytes;
        int bytesAt;
        int n;

        /** Prepares for blocks of at most {@code size} elements, in two arrays. */
        Block(int size, float[] array, byte[] bytes) {
            this.array = array;
            this.bytes = bytes;
            memory = new byte[Float.BYTES * size];
            floats = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            codes = new byte[size];
            values = new float[size];
        }
    }

    private ByteSteps() {}

    /** Runs steps on a block. */
    static void run(Step[] steps, Block block, int at, int bytesAt, int n) {
        block.at = at;
        block.bytesAt = bytesAt;
        block.n = n;
        for (Step step : steps) {
            step.run(block);
        }
    }
}
