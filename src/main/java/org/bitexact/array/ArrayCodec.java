package org.bitexact.array;

import java.nio.Buffer;
import java.util.Objects;
import org.bitexact.array.Elements.Kind;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.KernelSelection;
import org.bitexact.internal.array.Kernels;
import org.bitexact.internal.array.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Turns arrays and buffers of values into codes of one format, and codes into values.
 *
 * {@snippet file="org/bitexact/array/ArrayCodecSnippets.java" region="encode"}
 *
 * <p><b>Definition.</b> Each element is converted as {@link Codec} converts it alone: element {@code i} of an encoding is
 * {@link Codec#encodeFloatBits} of the value's pattern (for {@code double}, the {@link org.bitexact.codec.Converter} from
 * binary64), with the random bits that {@link CounterRandom#bits} has for the seed and the position {@code index + i};
 * decoding is the conversion into binary32 or binary64 with the policies {@link
 * org.bitexact.format.Policies#IEEE}. NaNs keep sign and payload. The results do not depend on the machine, the number
 * of elements, the offsets, or the kernel.
 *
 * <p><b>Storage of codes.</b> A code lies in the low bits of an element, the other bits are zero (and are checked in
 * sources), in any integer type that is wide enough. In a {@code ByteBuffer}, a code takes the bytes of its
 * {@linkplain ScalarFormat#containerBits container} in the buffer's byte order. TF32 stands in its binary32 container:
 * the 19 bits of the code are the high ones of 32. {@link #packed} puts codes of less than 8 bits densely into bytes.
 *
 * <p><b>Arrays and buffers.</b> The methods for arrays take positions and a number of elements. Those for buffers, direct
 * or on the heap, convert what remains in the source; both positions move past what was read and written, as in the bulk
 * methods of buffers. An array with other options is a wrapped buffer.
 *
 * <p><b>Overlap.</b> Ranges of one array may overlap, wrapped in buffers or not: the result is as if the source had been
 * copied first. Buffers whose common memory cannot be seen (direct ones, and views of another type) may start at the same
 * address if the target's elements are not wider than the source's; other overlaps leave unspecified codes in the target.
 *
 * <p><b>Errors.</b> Arguments are checked before anything is written; each complaint is an {@code
 * IllegalArgumentException}, or a {@code NullPointerException} that names the argument.
 *
 * <p><b>Kernels.</b> The first elements go one by one, then tables and plain Java that compilers vectorise take over, then
 * kernels written with the Vector API where the module {@code jdk.incubator.vector} is present ({@code --add-modules}),
 * once the compiler has made them fast and their results have been compared. Tables and experience are shared by all
 * codecs of the same format and policies. The system property {@code org.bitexact.kernel}, read once, forces {@code
 * scalar}, {@code table}, {@code jdk} (half-float instructions of JDK 20 and later) or {@code vector}; a family that lacks
 * a conversion leaves it to {@code scalar}. The logger {@code org.bitexact.array} tells at level {@code DEBUG} what was
 * chosen. The bits are always the same.
 *
 * <p><b>Thread safety</b>: immutable, except that a codec made by {@link #withFlags} writes to its sink.
 *
 * @since 0.1
 */
public final class ArrayCodec {
    private static final Codec BINARY32 = Codec.of(Formats.BINARY32);
    private static final Codec BINARY64 = Codec.of(Formats.BINARY64);

    private final Codec codec;
    private final KernelSelection kernels;
    private final long seed;
    private final long index;
    private final @Nullable Flags flags;
    private final @Nullable Packing packing;
    private final BulkConversion fromFloat;
    private final BulkConversion fromDouble;
    private final BulkConversion toFloat;
    private final BulkConversion toDouble;

    ArrayCodec(Codec codec, KernelSelection kernels, long seed) {
        this.codec = codec;
        this.kernels = kernels;
        this.seed = seed;
        index = 0;
        flags = null;
        packing = null;
        fromFloat = new BulkConversion(Formats.BINARY32, codec, seed, kernels);
        fromDouble = new BulkConversion(Formats.BINARY64, codec, seed, kernels);
        toFloat = new BulkConversion(codec.format(), BINARY32, 0, kernels);
        toDouble = new BulkConversion(codec.format(), BINARY64, 0, kernels);
    }

    private ArrayCodec(ArrayCodec base, long index, @Nullable Flags flags, @Nullable Packing packing) {
        codec = base.codec;
        kernels = base.kernels;
        seed = base.seed;
        fromFloat = base.fromFloat;
        fromDouble = base.fromDouble;
        toFloat = base.toFloat;
        toDouble = base.toDouble;
        this.index = index;
        this.flags = flags;
        this.packing = packing;
    }

    /**
     * {@return a codec for arrays; its seed and the position of its first element are 0}
     *
     * @param codec the format and the policies of encoding
     * @throws IllegalArgumentException if the system property {@code org.bitexact.kernel} names no kernel family
     */
    public static ArrayCodec of(Codec codec) {
        return new ArrayCodec(Objects.requireNonNull(codec, "codec"), KernelSelection.current(), 0);
    }

    /**
     * {@return this codec with other random bits for stochastic rounding}
     *
     * <p>Element {@code i} of each call takes the bits of position {@code index + i}: whoever converts a stream in
     * pieces, or with several threads, gives each piece the position of its first element.
     *
     * @param newSeed any number; see {@link CounterRandom}
     * @param newIndex the position of the first element of each call
     */
    public ArrayCodec withSeed(long newSeed, long newIndex) {
        ArrayCodec base = newSeed == seed ? this : new ArrayCodec(codec, kernels, newSeed);
        return new ArrayCodec(base, newIndex, flags, packing);
    }

    /**
     * {@return this codec raising the flags of all elements in a sink}
     *
     * <p>Encoding raises what {@link Codec} raises, decoding raises invalid for signaling NaNs.
     *
     * @param sink collects the flags; belongs to one thread at a time, as this codec then does
     */
    public ArrayCodec withFlags(Flags sink) {
        return new ArrayCodec(this, index, Objects.requireNonNull(sink, "sink"), packing);
    }

    /**
     * {@return this codec with codes in dense storage}
     *
     * <p>Codes then lie in {@code byte[]} or {@code ByteBuffer} only, from a byte boundary on; positions of dense storage
     * count bytes. Decoding a buffer fills the target.
     *
     * @param layout the layout
     * @throws IllegalArgumentException if its width is not that of the format
     */
    public ArrayCodec packed(Packing layout) {
        return new ArrayCodec(this, index, flags, requireWidth(layout, codec.format()));
    }

    static Packing requireWidth(Packing layout, ScalarFormat format) {
        if (layout.width() != format.width()) {
            throw new IllegalArgumentException(
                    "width of layout must be " + format.width() + ", that of " + format + ": " + layout.width());
        }
        return layout;
    }

    /** {@return the format and the policies} */
    public Codec codec() {
        return codec;
    }

    /** {@return the seed of stochastic rounding} */
    public long seed() {
        return seed;
    }

    /** {@return the family of kernels that encodes {@code float} values at present: scalar, table, jdk or vector} */
    public String encodeKernel() {
        return fromFloat.encodingFamily(storage());
    }

    /** {@return the family of kernels that decodes into {@code float} values at present: scalar, table, jdk or vector} */
    public String decodeKernel() {
        return toFloat.family();
    }

    // ------------------------------------------------------------------ encode

    /**
     * Encodes values into codes of at most 8 bits, or into dense storage.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code, or of the first dense byte
     * @param n number of values
     * @throws IllegalArgumentException if a range does not lie within its array, or the codes are wider
     */
    public void encode(float[] src, int from, byte[] dst, int to, int n) {
        fromFloat.run(Elements.array("src", src, from, n), codes("dst", dst, to, n), index, flags);
    }

    /**
     * Encodes values into codes of at most 16 bits.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @throws IllegalArgumentException if a range does not lie within its array, or the codes are wider
     */
    public void encode(float[] src, int from, short[] dst, int to, int n) {
        fromFloat.run(Elements.array("src", src, from, n), codes("dst", dst, to, n), index, flags);
    }

    /**
     * Encodes values into codes of at most 32 bits.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @throws IllegalArgumentException if a range does not lie within its array, or the codes are wider
     */
    public void encode(float[] src, int from, int[] dst, int to, int n) {
        fromFloat.run(Elements.array("src", src, from, n), codes("dst", dst, to, n), index, flags);
    }

    /**
     * Encodes values into codes of at most 8 bits, or into dense storage.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code, or of the first dense byte
     * @param n number of values
     * @throws IllegalArgumentException if a range does not lie within its array, or the codes are wider
     */
    public void encode(double[] src, int from, byte[] dst, int to, int n) {
        fromDouble.run(Elements.array("src", src, from, n), codes("dst", dst, to, n), index, flags);
    }

    /**
     * Encodes values into codes of at most 16 bits.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @throws IllegalArgumentException if a range does not lie within its array, or the codes are wider
     */
    public void encode(double[] src, int from, short[] dst, int to, int n) {
        fromDouble.run(Elements.array("src", src, from, n), codes("dst", dst, to, n), index, flags);
    }

    /**
     * Encodes values into codes of at most 32 bits.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @throws IllegalArgumentException if a range does not lie within its array, or the codes are wider
     */
    public void encode(double[] src, int from, int[] dst, int to, int n) {
        fromDouble.run(Elements.array("src", src, from, n), codes("dst", dst, to, n), index, flags);
    }

    /**
     * Encodes values into codes of any width.
     *
     * @param src values
     * @param from position of the first value
     * @param dst receives codes
     * @param to position of the first code
     * @param n number of values
     * @throws IllegalArgumentException if a range does not lie within its array
     */
    public void encode(double[] src, int from, long[] dst, int to, int n) {
        fromDouble.run(Elements.array("src", src, from, n), codes("dst", dst, to, n), index, flags);
    }

    /**
     * Encodes the values that remain in a buffer. Both positions move past what was read and written.
     *
     * @param src a {@code FloatBuffer} or {@code DoubleBuffer} of values
     * @param dst receives codes: a buffer of bytes, or of integers that are wide enough
     * @throws IllegalArgumentException if a buffer has another type, or {@code dst} is read-only or too short
     */
    public void encode(Buffer src, Buffer dst) {
        int n = Elements.count("src", src, 1);
        Elements values = Elements.buffer("src", src, 1, n).requireKind(Kind.FLOAT, Kind.DOUBLE);
        Elements codes = codes("dst", dst, n);
        (values.kind() == Kind.FLOAT ? fromFloat : fromDouble).run(values, codes, index, flags);
        src.position(src.limit());
        advance("dst", dst, n);
    }

    // ------------------------------------------------------------------ decode

    /**
     * Decodes codes of at most 8 bits, or from dense storage; each value is exact.
     *
     * @param src codes
     * @param from position of the first code, or of the first dense byte
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array, the codes are wider, or an element is
     *     no code
     * @throws IllegalStateException if the format has values that are not exact in binary32
     */
    public void decode(byte[] src, int from, float[] dst, int to, int n) {
        toFloats(codes("src", src, from, n), Elements.array("dst", dst, to, n));
    }

    /**
     * Decodes codes of at most 16 bits; each value is exact.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array, the codes are wider, or an element is
     *     no code
     * @throws IllegalStateException if the format has values that are not exact in binary32
     */
    public void decode(short[] src, int from, float[] dst, int to, int n) {
        toFloats(codes("src", src, from, n), Elements.array("dst", dst, to, n));
    }

    /**
     * Decodes codes of at most 32 bits; each value is exact.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array, the codes are wider, or an element is
     *     no code
     * @throws IllegalStateException if the format has values that are not exact in binary32
     */
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        toFloats(codes("src", src, from, n), Elements.array("dst", dst, to, n));
    }

    /**
     * Decodes codes of at most 8 bits, or from dense storage; each value is exact.
     *
     * @param src codes
     * @param from position of the first code, or of the first dense byte
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array, the codes are wider, or an element is
     *     no code
     * @throws IllegalStateException if the format has values that are not exact in binary64
     */
    public void decode(byte[] src, int from, double[] dst, int to, int n) {
        toDoubles(codes("src", src, from, n), Elements.array("dst", dst, to, n));
    }

    /**
     * Decodes codes of at most 16 bits; each value is exact.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array, the codes are wider, or an element is
     *     no code
     * @throws IllegalStateException if the format has values that are not exact in binary64
     */
    public void decode(short[] src, int from, double[] dst, int to, int n) {
        toDoubles(codes("src", src, from, n), Elements.array("dst", dst, to, n));
    }

    /**
     * Decodes codes of at most 32 bits; each value is exact.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array, the codes are wider, or an element is
     *     no code
     * @throws IllegalStateException if the format has values that are not exact in binary64
     */
    public void decode(int[] src, int from, double[] dst, int to, int n) {
        toDoubles(codes("src", src, from, n), Elements.array("dst", dst, to, n));
    }

    /**
     * Decodes codes of any width; each value is exact.
     *
     * @param src codes
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes
     * @throws IllegalArgumentException if a range does not lie within its array, or an element is no code
     * @throws IllegalStateException if the format has values that are not exact in binary64
     */
    public void decode(long[] src, int from, double[] dst, int to, int n) {
        toDoubles(codes("src", src, from, n), Elements.array("dst", dst, to, n));
    }

    /**
     * Decodes the codes that remain in a buffer, or, from dense storage, as many as {@code dst} has room for. Both
     * positions move past what was read and written. Each value is exact.
     *
     * @param src codes: a buffer of bytes, or of integers that are wide enough
     * @param dst a {@code FloatBuffer} or {@code DoubleBuffer} that receives values
     * @throws IllegalArgumentException if a buffer has another type, {@code dst} is read-only or too short, {@code src}
     *     ends inside a code, or an element is no code
     * @throws IllegalStateException if the format has values that are not exact in the type of the values
     */
    public void decode(Buffer src, Buffer dst) {
        int n = packing == null ? Elements.count("src", src, codeBytes()) : Elements.count("dst", dst, 1);
        Elements codes = codes("src", src, n);
        Elements values = Elements.buffer("dst", dst, 1, n).requireKind(Kind.FLOAT, Kind.DOUBLE);
        if (values.kind() == Kind.FLOAT) {
            toFloats(codes, values);
        } else {
            toDoubles(codes, values);
        }
        advance("src", src, n);
        dst.position(dst.position() + n);
    }

    private void toFloats(Elements codes, Elements values) {
        if (!Kernels.isExactInBinary32(codec.format())) {
            throw inexact("binary32");
        }
        toFloat.run(codes, values, 0, flags);
    }

    private void toDoubles(Elements codes, Elements values) {
        ScalarFormat format = codec.format();
        if (format instanceof FloatFormat f ? !f.fitsBinary64() : format.width() > 53) {
            throw inexact("binary64");
        }
        toDouble.run(codes, values, 0, flags);
    }

    private IllegalStateException inexact(String type) {
        return new IllegalStateException(
                "values of " + codec.format() + " are not all exact in " + type + "; use an ArrayConverter");
    }

    // ------------------------------------------------------------------ storage of codes

    private Elements codes(String name, Object array, int from, int n) {
        Elements elements =
                packing == null ? Elements.array(name, array, from, n) : Elements.dense(name, array, from, n, packing);
        return elements.holding(codec.format());
    }

    private Elements codes(String name, Buffer buffer, int n) {
        Elements elements = packing == null
                ? Elements.buffer(name, buffer, codeBytes(), n)
                : Elements.dense(name, buffer, n, packing);
        return elements.holding(codec.format());
    }

    /** How codes lie in arrays. */
    private Storage storage() {
        return packing != null
                ? packing.storage()
                : Elements.standsInPattern(codec.format()) ? Storage.HIGH_BITS : Storage.ELEMENTS;
    }

    private void advance(String name, Buffer buffer, int n) {
        Elements.advance(name, buffer, packing == null ? codeBytes() : 1, packing == null ? n : packing.bytes(n));
    }

    private int codeBytes() {
        return codec.format().containerBits() / 8;
    }

    @Override
    public String toString() {
        return "ArrayCodec[" + codec.format() + ", " + codec.policies() + "]";
    }
}
