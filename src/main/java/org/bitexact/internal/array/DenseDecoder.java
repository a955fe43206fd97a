package org.bitexact.internal.array;

/** Decodes from dense storage in two steps, block by block. */
final class DenseDecoder implements ArrayKernel {
    private static final int BLOCK = Patterns.BLOCK;

    private final Packer packer;
    private final Decoder decoder;
    private final int width;

    DenseDecoder(Packer packer, Decoder decoder, int width) {
        this.packer = packer;
        this.decoder = decoder;
        this.width = width;
    }

    @Override
    public int consumed(int n) {
        return ArrayKernel.denseBytes(n, width);
    }

    @Override
    public void apply(Object src, int from, Object dst, int to, int n, long index) {
        byte[] codes = new byte[Math.min(n, BLOCK)];
        for (int k = 0; k < n; k += BLOCK) {
            int m = Math.min(BLOCK, n - k);
            packer.unpack((byte[]) src, from + consumed(k), codes, 0, m);
            decoder.decode(codes, 0, (float[]) dst, to + k, m);
        }
    }
}
