package org.bitexact.internal.array;

/**
 * An encoder, a decoder or one direction of a packer, seen as a step from one array to another.
 *
 * <p>Element {@code i} of the result depends on element {@code i} of the source and on {@code index + i} alone, so that a
 * range may be cut anywhere; ranges of packed codes are cut at multiples of 8 codes.
 */
public interface ArrayKernel {
    /**
     * Converts a range.
     *
     * @param src {@code float[]}, {@code byte[]}, {@code short[]} or {@code int[]}
     * @param from position of the first element
     * @param dst array of another or the same type; ranges of one array do not overlap
     * @param to position of the first element
     * @param n number of codes or values
     * @param index position of the first element in its stream of random bits
     */
    void apply(Object src, int from, Object dst, int to, int n, long index);

    /** {@return the number of array elements that {@code n} elements of the source take} */
    default int consumed(int n) {
        return n;
    }

    /** {@return the number of array elements that {@code n} elements of the result take} */
    default int produced(int n) {
        return n;
    }

    /** {@return an encoder as a step} */
    static ArrayKernel of(Encoder encoder) {
        return (src, from, dst, to, n, index) -> {
            if (dst instanceof byte[] bytes) {
                encoder.encode((float[]) src, from, bytes, to, n, index);
            } else if (dst instanceof short[] shorts) {
                encoder.encode((float[]) src, from, shorts, to, n, index);
            } else {
                encoder.encode((float[]) src, from, (int[]) dst, to, n, index);
            }
        };
    }

    /** {@return a decoder as a step} */
    static ArrayKernel of(Decoder decoder) {
        return (src, from, dst, to, n, index) -> {
            if (src instanceof byte[] bytes) {
                decoder.decode(bytes, from, (float[]) dst, to, n);
            } else if (src instanceof short[] shorts) {
                decoder.decode(shorts, from, (float[]) dst, to, n);
            } else {
                decoder.decode((int[]) src, from, (float[]) dst, to, n);
            }
        };
    }

    /** {@return packing as a step} */
    static ArrayKernel packing(Packer packer, int width) {
        return new ArrayKernel() {
            @Override
            public void apply(Object src, int from, Object dst, int to, int n, long index) {
                packer.pack((byte[]) src, from, (byte[]) dst, to, n);
            }

            @Override
            public int produced(int n) {
                return denseBytes(n, width);
            }
        };
    }

    /** {@return unpacking as a step} */
    static ArrayKernel unpacking(Packer packer, int width) {
        return new ArrayKernel() {
            @Override
            public void apply(Object src, int from, Object dst, int to, int n, long index) {
                packer.unpack((byte[]) src, from, (byte[]) dst, to, n);
            }

            @Override
            public int consumed(int n) {
                return denseBytes(n, width);
            }
        };
    }

    /** {@return the number of bytes that hold {@code n} codes of {@code width} bits} */
    static int denseBytes(int n, int width) {
        return Math.toIntExact(((long) n * width + 7) >>> 3);
    }
}
