package org.bitexact.internal.array;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

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
 *   <li>Bytes are widened to {@code char} as text of ISO-8859-1, which maps 0 to 255 to themselves, by a routine that the
 *       JVM has vector instructions for, and narrowed likewise. Two passes make an {@code int} of each byte:
 * </ul>
 *
 * <pre>
 * bytes           a        b
 * chars           a 0      b 0          copied as bytes
 * chars again     a 0 0 0  b 0 0 0      copied as bytes, which are integers
 * </pre>
 */
final class ByteSteps {
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final float[] NONE = {};
    private static final byte[] NO_CODES = {};
    /** Elements that a table converts first: it is faster until the loops here are compiled. */
    static final int BEFORE = 1 << 18;
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
        /** Of an element, or two. */
        final char[] chars;

        final float[] values;
        final short[] halves;
        float[] array = NONE;
        int at;
        int bytesAt;
        int n;
        /** What a step has found. */
        boolean rare;

        byte[] codes = NO_CODES;
        private ByteBuffer bytes = ByteBuffer.wrap(codes);
        private final ByteBuffer memoryBytes;
        private final CharBuffer charBuffer;
        private final CharBuffer memoryChars;
        private final CharsetEncoder narrower = StandardCharsets.ISO_8859_1.newEncoder();
        private final CharsetDecoder widener = StandardCharsets.ISO_8859_1.newDecoder();

        private Block(boolean wide, boolean encodes) {
            memory = new byte[wide || encodes ? Float.BYTES * BLOCK : 0];
            memoryBytes = ByteBuffer.wrap(memory).order(ByteOrder.LITTLE_ENDIAN);
            floats = memoryBytes.asFloatBuffer();
            memoryChars = memoryBytes.asCharBuffer();
            chars = new char[wide ? 2 * BLOCK : BLOCK];
            charBuffer = CharBuffer.wrap(chars);
            values = new float[encodes ? BLOCK : 0];
            halves = new short[encodes ? BLOCK : 0];
        }

        /** {@return a block for decoding by way of integers, or without them} */
        static Block decoding(boolean wide) {
            return new Block(wide, false);
        }

        /** {@return a block for encoding} */
        static Block encoding() {
            return new Block(false, true);
        }

        /** Begins work on two arrays. */
        void attach(float[] floatArray, byte[] byteArray) {
            array = floatArray;
            codes = byteArray;
            bytes = ByteBuffer.wrap(byteArray);
        }

        /** Goes to other elements. */
        void move(int to, int toBytes, int count) {
            at = to;
            bytesAt = toBytes;
            n = count;
        }

        /** Ends the work, so that another caller's arrays may follow. */
        void detach() {
            attach(NONE, NO_CODES);
        }

        /** Widens the bytes to the first of {@link #chars}. */
        void toChars() {
            widen(bytes, bytesAt, n);
        }

        /** Widens the bytes to integers in {@link #memory}. */
        void toInts() {
            toChars();
            memoryChars.put(0, chars, 0, n);
            widen(memoryBytes, 0, 2 * n);
            memoryChars.put(0, chars, 0, 2 * n);
        }

        /**
         * Narrows the chars from one on to bytes.
         *
         * @return how many there are before one above 255
         */
        int toBytes(int from) {
            bytes.position(bytesAt + from);
            narrower.reset().encode(charBuffer.limit(n).position(from), bytes, true);
            return charBuffer.position();
        }

        private void widen(ByteBuffer src, int from, int count) {
            src.limit(from + count).position(from);
            widener.reset().decode(src, charBuffer.clear(), true);
            src.clear();
        }
    }

    private ByteSteps() {}

    /** Runs steps on a block. */
    static void run(Step[] steps, Block block) {
        for (Step step : steps) {
            step.run(block);
        }
    }
}
