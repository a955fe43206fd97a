package org.bitexact.array;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.internal.array.ScalarPacker;
import org.bitexact.internal.array.Storage;

/**
 * A layout of dense storage for codes of 1 to 7 bits: FP4, INT4, INT2, INT1 and the 6-bit formats.
 *
 * <p>The codes follow each other without gaps in a string of bits that is cut into bytes, either with the first code in
 * the low bits of the first byte or with the first code in the high bits. For 4 bits the two are the nibble orders:
 *
 * <pre>
 * width 4      byte 0     byte 1
 * bit          7-4 3-0    7-4 3-0
 * low first    c1  c0     c3  c2
 * high first   c0  c1     c2  c3
 * </pre>
 *
 * <p>Two bits and one bit are the same with four and eight codes a byte. A code of 6 bits may lie in two bytes; its bits
 * are numbered from 5 (most significant) to 0:
 *
 * <pre>
 * width 6      byte 0                byte 1                byte 2
 * low first    c1[1-0] c0[5-0]       c2[3-0] c1[5-2]       c3[5-0] c2[5-4]
 * high first   c0[5-0] c1[5-4]       c1[3-0] c2[5-2]       c2[1-0] c3[5-0]
 * </pre>
 *
 * <p>{@code n} codes take {@code ceil(n * width / 8)} bytes. Bits of the last byte that no code uses are written as zeros
 * and ignored when read.
 *
 * <p><b>Who uses which</b>: low first is the order of ONNX (INT4, UINT4, FLOAT4E2M1, INT2, UINT2), of PyTorch's
 * {@code float4_e2m1fn_x2}, of CUDA's packed FP4 types and binary fragments, and of AWS Neuron; high first is that of older
 * PyTorch code for {@code uint4}.
 *
 * <p><b>Overlap</b>: as in {@link ArrayCodec}.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @param width bits of a code, 1 to 7
 * @param order where the first code lies
 * @since 0.1
 */
public record Packing(int width, Order order) {
    /**
     * Where the first code of a byte lies.
     *
     * @since 0.1
     */
    public enum Order {
        /** In the low bits: code <i>i</i> is at bit {@code i * width} of the bytes as one little-endian number. */
        LOW_FIRST,
        /** In the high bits: the codes stand from left to right in the bytes written as binary digits. */
        HIGH_FIRST
    }

    /** Checks the components. */
    public Packing {
        Objects.requireNonNull(order, "order");
        if (width < 1 || width > 7) {
            throw new IllegalArgumentException("width must be in [1, 7]: " + width);
        }
    }

    /**
     * {@return the layout with the first code in the low bits}
     *
     * @param width bits of a code, 1 to 7
     */
    public static Packing lowFirst(int width) {
        return new Packing(width, Order.LOW_FIRST);
    }

    /**
     * {@return the layout with the first code in the high bits}
     *
     * @param width bits of a code, 1 to 7
     */
    public static Packing highFirst(int width) {
        return new Packing(width, Order.HIGH_FIRST);
    }

    /**
     * {@return the number of bytes that hold some codes}
     *
     * @param n number of codes
     * @throws IllegalArgumentException if {@code n} is negative
     */
    public int bytes(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("n must not be negative: " + n);
        }
        return ArrayKernel.denseBytes(n, width);
    }

    /** {@return the number of codes that some bytes hold, as far as it is an {@code int}} */
    int maxCodes(int bytes) {
        return (int) Math.min(8L * bytes / width, Integer.MAX_VALUE);
    }

    /**
     * {@return one code}
     *
     * @param src dense bytes
     * @param from position of the first dense byte
     * @param i number of the code
     * @throws IllegalArgumentException if the code does not lie within the array
     */
    public int get(byte[] src, int from, int i) {
        requireCode("from", src.length, from, i);
        return scalar().get(src, from, i);
    }

    /**
     * Replaces one code and leaves all other bits as they are.
     *
     * @param dst dense bytes
     * @param to position of the first dense byte
     * @param i number of the code
     * @param code the code
     * @throws IllegalArgumentException if the code does not lie within the array or has bits above the width
     */
    public void set(byte[] dst, int to, int i, int code) {
        requireCode("to", dst.length, to, i);
        if (code >>> width != 0) {
            throw new IllegalArgumentException(String.format("code must be in [0x0, 0x%x]: 0x%x", mask(), code));
        }
        scalar().set(dst, to, i, code);
    }

    private void requireCode(String name, int length, int start, int i) {
        if (start < 0 || start > length) {
            throw new IllegalArgumentException(name + " must be in [0, " + length + "]: " + start);
        }
        int count = maxCodes(length - start);
        if (i < 0 || i >= count) {
            throw new IllegalArgumentException(
                    "i must be less than the " + count + " codes of " + (length - start) + " bytes: " + i);
        }
    }

    /**
     * Packs codes.
     *
     * @param src codes, one a byte
     * @param from position of the first code
     * @param dst receives dense bytes
     * @param to position of the first dense byte
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array or a code has bits above the width;
     *     nothing has been written then
     */
    public void pack(byte[] src, int from, byte[] dst, int to, int n) {
        copy(Elements.array("src", src, from, n), Elements.dense("dst", dst, to, n, this));
    }

    /**
     * Unpacks codes.
     *
     * @param src dense bytes
     * @param from position of the first dense byte
     * @param dst receives codes, one a byte
     * @param to position of the first code
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array; nothing has been written then
     */
    public void unpack(byte[] src, int from, byte[] dst, int to, int n) {
        copy(Elements.dense("src", src, from, n, this), Elements.array("dst", dst, to, n));
    }

    /**
     * Packs the codes that remain in a buffer. Both positions move past what was read and written.
     *
     * @param src codes, one a byte
     * @param dst receives dense bytes
     * @throws IllegalArgumentException if {@code dst} is read-only or too short, or a code has bits above the width;
     *     nothing has been written then
     */
    public void pack(ByteBuffer src, ByteBuffer dst) {
        int n = src.remaining();
        copy(Elements.buffer("src", src, 1, n), Elements.dense("dst", dst, n, this));
        src.position(src.limit());
        dst.position(dst.position() + bytes(n));
    }

    /**
     * Unpacks as many codes as {@code dst} has room for. Both positions move past what was read and written.
     *
     * @param src dense bytes
     * @param dst receives codes, one a byte
     * @throws IllegalArgumentException if {@code dst} is read-only or {@code src} holds fewer codes; nothing has been
     *     written then
     */
    public void unpack(ByteBuffer src, ByteBuffer dst) {
        int n = dst.remaining();
        copy(Elements.dense("src", src, n, this), Elements.buffer("dst", dst, 1, n));
        src.position(src.position() + bytes(n));
        dst.position(dst.limit());
    }

    /** Copies codes between storage with one code a byte and dense storage of this layout. */
    private void copy(Elements src, Elements dst) {
        src.requireCodes(mask(), width + " bits");
        src.protectFrom(dst);
        for (int k = 0; k < src.size(); k += Elements.BLOCK) {
            int m = Math.min(Elements.BLOCK, src.size() - k);
            System.arraycopy(src.load(k, m), src.position(k), dst.target(), dst.position(k), m);
            dst.store(k, m);
        }
    }

    private int mask() {
        return (1 << width) - 1;
    }

    /** {@return the same for kernels} */
    Storage storage() {
        return order == Order.LOW_FIRST ? Storage.LOW_FIRST : Storage.HIGH_FIRST;
    }

    private ScalarPacker scalar() {
        return new ScalarPacker(width, order == Order.HIGH_FIRST);
    }

    /** {@return the step that packs bytes} */
    ArrayKernel packKernel() {
        return KernelSelection.current().packer(width, order == Order.HIGH_FIRST);
    }

    /** {@return the step that unpacks bytes} */
    ArrayKernel unpackKernel() {
        return KernelSelection.current().unpacker(width, order == Order.HIGH_FIRST);
    }
}
