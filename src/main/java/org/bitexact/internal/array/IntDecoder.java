package org.bitexact.internal.array;

/** A decoder of {@code int} codes, to which narrower ones are widened. */
abstract class IntDecoder implements Decoder {
    @Override
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        int[] codes = new int[Math.min(n, Patterns.BLOCK)];
        for (int k = 0; k < n; k += codes.length) {
            int m = Math.min(codes.length, n - k);
            for (int i = 0; i < m; i++) {
                codes[i] = src[from + k + i];
            }
            decode(codes, 0, dst, to + k, m);
        }
    }

    @Override
    public void decode(short[] src, int from, float[] dst, int to, int n) {
        int[] codes = new int[Math.min(n, Patterns.BLOCK)];
        for (int k = 0; k < n; k += codes.length) {
            int m = Math.min(codes.length, n - k);
            for (int i = 0; i < m; i++) {
                codes[i] = src[from + k + i];
            }
            decode(codes, 0, dst, to + k, m);
        }
    }
}
