package org.bitexact.internal.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The shapes of the vectors: lanes of 32 bits in the widest vectors of the machine, and as many codes of 8 or 16 bits in
 * narrower ones.
 *
 * <p><b>How loops are written here.</b> Constants of a conversion are broadcast before the loop, shift counts too. An
 * index advances by {@link Math#addExact(int, int)}, which keeps the loop from being unrolled: unrolled, it would reload
 * the constants from the stack, and read and write memory in bursts. Source and destination have an index each, because
 * one more sum in the loop makes the compiler of JDK 17 keep the index in a vector register, at twice the time.
 *
 * <p>What is gathered over all vectors, to see whether any value is rare, is a chain of operations of which each waits for
 * the one before. A short loop is faster if it takes two or four vectors at a time, gathers first among these, and has a
 * quarter of the checks of indices. The compiler of JDK 17 leaves vectors in memory where that makes the loop too
 * long, or calls too deep: there a shift by a vector is deeper by some calls than one by a constant.
 */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    static final VectorSpecies<Short> SHORTS = narrowed(short.class, 2);
    /** Pairs of codes of 16 bits, as many as there are lanes of 32 bits. */
    static final VectorSpecies<Short> PAIRS = narrowed(short.class, 1);

    static final VectorSpecies<Byte> BYTES = narrowed(byte.class, 4);

    /** Lanes of 32 bits in a vector. */
    static final int COUNT = INTS.length();

    /** Whether a vector of as many bytes exists; the smallest vectors have 64 bits. */
    static final boolean SUPPORTED = COUNT >= 8;

    /** Whether the compiler has masked operations and shuffles by a variable; that of JDK 17 takes several instead. */
    static final boolean MASKED = Runtime.version().feature() > 17;

    /** All bits of a binary32 pattern but the sign. */
    static final int MAGNITUDE = 0x7fff_ffff;
    /** The sign bit of a binary32 pattern. */
    static final int SIGN = 0x8000_0000;
    /** The exponent field of a binary32 pattern, and the pattern of infinity. */
    static final int EXPONENT = 0x7f80_0000;

    private Lanes() {}

    private static <E> VectorSpecies<E> narrowed(Class<E> type, int divisor) {
        return VectorSpecies.of(type, VectorShape.forBitSize(Math.max(64, INTS.vectorBitSize() / divisor)));
    }

    static IntVector broadcast(int value) {
        return IntVector.broadcast(INTS, value);
    }

    /** {@return the patterns of values, signaling NaNs included} */
    static IntVector patterns(float[] src, int from) {
        return FloatVector.fromArray(FLOATS, src, from).reinterpretAsInts();
    }

    /**
     * Writes codes.
     *
     * @param bytes size of an element, a constant of the loop
     * @param codes the codes; bits above the element do not count
     * @param dst {@code byte[]}, {@code short[]} or {@code int[]}
     * @param to position of the first code
     */
    static void store(int bytes, IntVector codes, Object dst, int to) {
        if (bytes == 1) {
            ((ByteVector) codes.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray((byte[]) dst, to);
        } else if (bytes == 2) {
            ((ShortVector) codes.convertShape(VectorOperators.I2S, SHORTS, 0)).intoArray((short[]) dst, to);
        } else {
            codes.intoArray((int[]) dst, to);
        }
    }

    /**
     * {@return codes; bits above the element are copies of its highest}
     *
     * @param bytes size of an element, a constant of the loop
     * @param src {@code byte[]}, {@code short[]} or {@code int[]}
     * @param from position of the first code
     */
    static IntVector load(int bytes, Object src, int from) {
        if (bytes == 1) {
            return (IntVector)
                    ByteVector.fromArray(BYTES, (byte[]) src, from).convertShape(VectorOperators.B2I, INTS, 0);
        }
        if (bytes == 2) {
            return (IntVector)
                    ShortVector.fromArray(SHORTS, (short[]) src, from).convertShape(VectorOperators.S2I, INTS, 0);
        }
        return IntVector.fromArray(INTS, (int[]) src, from);
    }

    /**
     * {@return patterns of sums, rounded to odd: an inexact one is the neighbour of the exact sum whose last bit is 1}
     *
     * @param u terms
     * @param v terms
     */
    static IntVector sumToOdd(FloatVector u, FloatVector v) {
        FloatVector s = u.add(v);
        FloatVector z = s.sub(u);
        IntVector error = u.sub(s.sub(z)).add(v.sub(z)).reinterpretAsInts();
        IntVector bits = s.reinterpretAsInts();
        IntVector away = bits.lanewise(VectorOperators.XOR, error).lanewise(VectorOperators.ASHR, 31);
        IntVector odd = bits.add(away).or(1);
        // not of a NaN
        return bits.blend(
                odd,
                error.and(MAGNITUDE)
                        .reinterpretAsFloats()
                        .compare(VectorOperators.GT, 0f)
                        .cast(INTS));
    }
}
