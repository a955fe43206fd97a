package org.bitexact.quant;

import java.util.Arrays;

/** Consecutive elements of a tensor on their way to codes. The arrays may be longer than what they hold. */
final class Piece {
    long at;
    int n;
    float[] values = new float[0];
    byte[] codes = new byte[0];
    /** One for each group of elements that begins here, in order. */
    float[] scales = new float[0];

    int[] zeroPoints = new int[0];
    /** The same as codes, where scales have a format of their own. */
    byte[] scaleCodes = new byte[0];
    /** Number of groups. */
    int groups;

    void begin(long start, int count) {
        at = start;
        n = count;
        if (values.length < count) {
            values = new float[count];
            codes = new byte[count];
        }
        groups = 0;
    }

    /** Makes room for more groups. */
    void reserve(int more) {
        int needed = groups + more;
        if (scales.length < needed) {
            int length = Math.max(needed, 2 * scales.length);
            scales = Arrays.copyOf(scales, length);
            zeroPoints = Arrays.copyOf(zeroPoints, length);
            scaleCodes = Arrays.copyOf(scaleCodes, length);
        }
    }
}
