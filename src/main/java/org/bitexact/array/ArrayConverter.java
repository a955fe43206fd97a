package org.bitexact.array;

import java.nio.Buffer;
import java.util.Objects;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.KernelSelection;
import org.jspecify.annotations.Nullable;

/**
 * Turns arrays and buffers of codes of one format into codes of another, rounding each once.
 *
 * {@snippet file="org/bitexact/array/ArrayCodecSnippets.java" region="convert"}
 *
 * <p><b>Definition.</b> Each element is converted as {@link org.bitexact.codec.Converter} converts it, with the random
 * bits of its position for stochastic rounding. Any two scalar formats may be paired. Storage, overlap, errors, kernels
 * and thread safety are those of {@link ArrayCodec}.
 *
 * @since 0.1
 */
public final class ArrayConverter {
    private final ScalarFormat source;
    private final Codec target;
    private final KernelSelection kernels;
    private final long seed;
    private final long index;
    private final @Nullable Flags flags;
    private final @Nullable Packing from;
    private final @Nullable Packing to;
    private final BulkConversion conversion;

    ArrayConverter(ScalarFormat source, Codec target, KernelSelection kernels, long seed) {
        this.source = source;
        this.target = target;
        this.kernels = kernels;
        this.seed = seed;
        index = 0;
        flags = null;
        from = null;
        to = null;
        conversion = new BulkConversion(source, target, seed, kernels);
    }

    private ArrayConverter(
            ArrayConverter base, long index, @Nullable Flags flags, @Nullable Packing from, @Nullable Packing to) {
        source = base.source;
        target = base.target;
        kernels = base.kernels;
        seed = base.seed;
        conversion = base.conversion;
        this.index = index;
        this.flags = flags;
        this.from = from;
        this.to = to;
    }

    /**
     * {@return a converter for arrays; its seed and the position of its first element are 0}
     *
     * @param source the format converted from
     * @param target the codec converted to, whose policies apply
     * @throws IllegalArgumentException if the system property {@code org.bitexact.kernel} names no kernel family
     */
    public static ArrayConverter of(ScalarFormat source, Codec target) {
        return new ArrayConverter(
                Objects.requireNonNull(source, "source"),
                Objects.requireNonNull(target, "target"),
                KernelSelection.current(),
                0);
    }

    /**
     * {@return this converter with other random bits for stochastic rounding}
     *
     * @param newSeed any number; see {@link org.bitexact.codec.CounterRandom}
     * @param newIndex the position of the first element of each call
     */
    public ArrayConverter withSeed(long newSeed, long newIndex) {
        ArrayConverter base = newSeed == seed ? this : new ArrayConverter(source, target, kernels, newSeed);
        return new ArrayConverter(base, newIndex, flags, from, to);
    }

    /**
     * {@return this converter raising the flags of all elements in a sink}
     *
     * @param sink collects the flags; belongs to one thread at a time, as this converter then does
     */
    public ArrayConverter withFlags(Flags sink) {
        return new ArrayConverter(this, index, Objects.requireNonNull(sink, "sink"), from, to);
    }

    /**
     * {@return this converter reading codes from dense storage}
     *
     * @param layout the layout
     * @throws IllegalArgumentException if its width is not that of the source
     */
    public ArrayConverter fromPacked(Packing layout) {
        return new ArrayConverter(this, index, flags, ArrayCodec.requireWidth(layout, source), to);
    }

    /**
     * {@return this converter writing codes into dense storage}
     *
     * @param layout the layout
     * @throws IllegalArgumentException if its width is not that of the target
     */
    public ArrayConverter toPacked(Packing layout) {
        return new ArrayConverter(this, index, flags, from, ArrayCodec.requireWidth(layout, target.format()));
    }

    /** {@return the format converted from} */
    public ScalarFormat source() {
        return source;
    }

    /** {@return the format and the policies converted to} */
    public Codec target() {
        return target;
    }

    /**
     * Converts codes between arrays.
     *
     * @param src codes: {@code byte[]}, {@code short[]}, {@code int[]} or {@code long[]}, wide enough for the source
     * @param srcPosition position of the first code, or of the first dense byte
     * @param dst receives codes: one of the same types, wide enough for the target
     * @param dstPosition position of the first code, or of the first dense byte
     * @param n number of codes
     * @throws IllegalArgumentException if an array has another type, a range does not lie within its array, or an
     *     element is no code
     */
    public void convert(Object src, int srcPosition, Object dst, int dstPosition, int n) {
        Elements codes = from == null
                ? Elements.array("src", src, srcPosition, n)
                : Elements.dense("src", src, srcPosition, n, from);
        Elements results = to == null
                ? Elements.array("dst", dst, dstPosition, n)
                : Elements.dense("dst", dst, dstPosition, n, to);
        conversion.run(codes.holding(source), results.holding(target.format()), index, flags);
    }

    /**
     * Converts the codes that remain in a buffer. From dense storage, which does not tell how many there are, it converts
     * as many as {@code dst} has room for; if that is dense too, not more than {@code src} can hold. Both positions move
     * past what was read and written.
     *
     * @param src codes: a buffer of bytes, or of integers that are wide enough for the source
     * @param dst receives codes: a buffer of bytes, or of integers that are wide enough for the target
     * @throws IllegalArgumentException if a buffer has another type, {@code dst} is read-only or too short, {@code src}
     *     ends inside a code, or an element is no code
     */
    public void convert(Buffer src, Buffer dst) {
        int n = from == null ? Elements.count("src", src, bytes(source)) : room(src, dst, from);
        Elements codes =
                from == null ? Elements.buffer("src", src, bytes(source), n) : Elements.dense("src", src, n, from);
        Elements results =
                to == null ? Elements.buffer("dst", dst, bytes(target.format()), n) : Elements.dense("dst", dst, n, to);
        conversion.run(codes.holding(source), results.holding(target.format()), index, flags);
        Elements.advance("src", src, from == null ? bytes(source) : 1, from == null ? n : from.bytes(n));
        Elements.advance("dst", dst, to == null ? bytes(target.format()) : 1, to == null ? n : to.bytes(n));
    }

    /** The number of codes that are read from dense storage. */
    private int room(Buffer src, Buffer dst, Packing layout) {
        if (to == null) {
            return Elements.count("dst", dst, bytes(target.format()));
        }
        int held = layout.maxCodes(Elements.count("src", src, 1));
        return Math.min(to.maxCodes(Elements.count("dst", dst, 1)), held);
    }

    private static int bytes(ScalarFormat format) {
        return format.containerBits() / 8;
    }

    @Override
    public String toString() {
        return "ArrayConverter[" + source + ", " + target + "]";
    }
}
