package org.bitexact.internal.array;

import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/** An encoder, and a second step that brings a block of codes to where they are stored. */
final class StoringEncoder implements ArrayKernel {
    private static final int BLOCK = Patterns.BLOCK;

    private final Encoder encoder;
    private final @Nullable Packer packer;
    private final ScalarFormat format;
    private final Storage storage;

    /** Prepares a storage other than {@link Storage#ELEMENTS}; dense storage is that of the family's packer, if any. */
    StoringEncoder(Encoder encoder, Kernels family, ScalarFormat format, Storage storage) {
        this.encoder = encoder;
        boolean highFirst = storage == Storage.HIGH_FIRST;
        Packer fast = storage.isDense() ? family.packer(format.width(), highFirst) : null;
        packer = fast == null && storage.isDense() ? new ScalarPacker(format.width(), highFirst) : fast;
        this.format = format;
        this.storage = storage;
    }

    @Override
    public int produced(int n) {
        return storage.size(format, n);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        byte[] codes = new byte[storage.isDense() ? Math.min(n, BLOCK) : 0];
        for (int k = 0; k < n; k += BLOCK) {
            int m = Math.min(BLOCK, n - k);
            int at = to + produced(k);
            if (packer != null) {
                encoder.encode((float[]) src, from + k, codes, 0, m, index + k);
                packer.pack(codes, 0, (byte[]) dst, at, m);
            } else {
                encoder.encode((float[]) src, from + k, (int[]) dst, at, m, index + k);
                shift((int[]) dst, at, m, 32 - format.width());
            }
        }
    }

    private static void shift(int[] codes, int from, int n, int shift) {
        for (int i = from; i < from + n; i++) {
            codes[i] <<= shift;
        }
    }
}
