package org.bitexact.internal.array;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.bitexact.format.ScalarFormat;

/** Decodes codes of at most 16 bits by a table of all of them. */
final class TableDecoder implements Decoder {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final float[] table;
    private final int mask;
    /** The values of all bytes, whatever lies above the format's width. */
    private final float[] ofBytes = new float[256];

    TableDecoder(ScalarFormat format) {
        table = new float[1 << format.width()];
        mask = table.length - 1;
        int[] codes = new int[table.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = i;
        }
        new ScalarDecoder(format).decode(codes, 0, table, 0, codes.length);
        for (int i = 0; format.width() <= 8 && i < ofBytes.length; i++) {
            ofBytes[i] = table[i & mask];
        }
    }

    /** Eight codes a load, which takes three quarters of the time of single bytes. */
    @Override
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        float[] t = ofBytes;
        int i = 0;
        for (; i <= n - 8; i += 8) {
            long codes = (long) LONGS.get(src, from + i);
            int low = (int) codes;
            int high = (int) (codes >>> 32);
            int j = to + i;
            dst[j] = t[low & 0xff];
            dst[j + 1] = t[low >>> 8 & 0xff];
            dst[j + 2] = t[low >>> 16 & 0xff];
            dst[j + 3] = t[low >>> 24];
            dst[j + 4] = t[high & 0xff];
            dst[j + 5] = t[high >>> 8 & 0xff];
            dst[j + 6] = t[high >>> 16 & 0xff];
            dst[j + 7] = t[high >>> 24];
        }
        for (; i < n; i++) {
            dst[to + i] = t[src[from + i] & 0xff];
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
