package org.bitexact.internal.array;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/**
 * The corrections of {@link HalfOperation} in loops that compilers vectorise by themselves.
 *
 * <p>Loops that test elements of {@code short[]} are not among them; those of {@code long[]}, with four codes in each, are.
 */
final class PlainCorrections implements HalfOperation.Corrections {
    private static final int BLOCK = HalfOperation.BLOCK;
    private static final int PER_LONG = 4;
    private static final long SIGNS = 0x8000_8000_8000_8000L;
    /** A magnitude above 0x7c00, infinity, carries into the place of the sign. */
    private static final long TO_SIGN = 0x03ff_03ff_03ff_03ffL;

    private final PlainStep sum = new PlainStep(
            new FloatStep(FloatStep.Operation.ADD, true, false, false, false, Float.floatToRawIntBits(Float.NaN)));
    private final float[] terms = new float[FloatStep.STRIDE + BLOCK];
    private final long[] longs = new long[BLOCK / PER_LONG];
    private final ShortBuffer memory;
    private final LongBuffer copy;

    PlainCorrections() {
        ByteBuffer bytes = ByteBuffer.allocate(2 * BLOCK).order(ByteOrder.nativeOrder());
        memory = bytes.asShortBuffer();
        copy = bytes.asLongBuffer();
    }

    @Override
    public void addToOdd(float[] u, float[] v, int n) {
        System.arraycopy(u, 0, terms, 0, n);
        System.arraycopy(v, 0, terms, FloatStep.STRIDE, n);
        sum.run(terms, 0, u, 0, n);
    }

    @Override
    public boolean someNan(short[] codes, int from, int n) {
        int whole = n / PER_LONG;
        memory.put(0, codes, from, n);
        copy.get(0, longs, 0, whole);
        long any = 0;
        for (int i = 0; i < whole; i++) {
            any |= (longs[i] & ~SIGNS) + TO_SIGN;
        }
        for (int i = from + PER_LONG * whole; i < from + n; i++) {
            any |= (codes[i] & 0x7fffL) + 0x03ff;
        }
        return (any & SIGNS) != 0;
    }
}
