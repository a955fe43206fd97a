package org.bitexact.internal.vector;

import java.util.function.IntFunction;
import org.bitexact.internal.array.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link DecodingLoop} over any range: the last step overlaps the one before, and ranges shorter than a step go
 * through scratch memory, where whole vectors may be read and written.
 */
final class LaneDecoder implements Decoder {
    private final IntFunction<DecodingLoop> loops;
    /** The loops made so far, by the size of the elements. */
    private final @Nullable DecodingLoop[] made = new @Nullable DecodingLoop[5];

    /** Prepares a decoder; {@code loops} makes the loop for elements of a size in bytes. */
    LaneDecoder(IntFunction<DecodingLoop> loops) {
        this.loops = loops;
    }

    @Override
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        DecodingLoop loop = loop(1);
        if (n >= loop.step()) {
            run(loop, src, from, dst, to, n);
        } else {
            runOnCopy(loop, src, from, new byte[loop.step()], dst, to, n);
        }
    }

    @Override
    public void decode(short[] src, int from, float[] dst, int to, int n) {
        DecodingLoop loop = loop(2);
        if (n >= loop.step()) {
            run(loop, src, from, dst, to, n);
        } else {
            runOnCopy(loop, src, from, new short[loop.step()], dst, to, n);
        }
    }

    @Override
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        DecodingLoop loop = loop(4);
        if (n >= loop.step()) {
            run(loop, src, from, dst, to, n);
        } else {
            runOnCopy(loop, src, from, new int[loop.step()], dst, to, n);
        }
    }

    private DecodingLoop loop(int bytes) {
        DecodingLoop loop = made[bytes];
        if (loop == null) {
            loop = loops.apply(bytes);
            made[bytes] = loop;
        }
        return loop;
    }

    private static void run(DecodingLoop loop, Object src, int from, float[] dst, int to, int n) {
        int step = loop.step();
        int whole = n / step * step;
        loop.run(src, from, dst, to, whole);
        if (whole < n) {
            int last = n - step;
            loop.run(src, from + last, dst, to + last, step);
        }
    }

    private static void runOnCopy(DecodingLoop loop, Object src, int from, Object codes, float[] dst, int to, int n) {
        float[] values = new float[loop.step()];
        System.arraycopy(src, from, codes, 0, n);
        loop.run(codes, 0, values, 0, values.length);
        System.arraycopy(values, 0, dst, to, n);
    }
}
