package org.bitexact.internal.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.bitexact.internal.array.Packer;

/** Where a loop writes codes; a constant of the loop. */
enum CodeStore {
    /** Elements of {@code byte[]}. */
    BYTES,
    /** Elements of {@code short[]}. */
    SHORTS,
    /** Elements of {@code int[]}. */
    INTS,
    /** The high bits of elements of {@code int[]}; the loop puts them there. */
    HIGH_BITS,
    /** Two codes a byte, the first one in the low bits, as a {@link Packer} has it. */
    LOW_NIBBLES,
    /** Two codes a byte, the first one in the high bits. */
    HIGH_NIBBLES;

    /** Whether there is a vector for the bytes of as many codes as a vector of lanes holds. */
    static final boolean HAS_NIBBLES = Lanes.COUNT >= 16;

    private static final VectorSpecies<Byte> DENSE =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 4 * Lanes.COUNT)));

    /** {@return bits of a code at most} */
    int bits() {
        return isDense() ? 4 : 8 * bytes();
    }

    /** {@return bytes of an element} */
    int bytes() {
        return this == INTS || this == HIGH_BITS ? 4 : this == SHORTS ? 2 : 1;
    }

    /** {@return array elements that a number of codes takes, an even number if two share one} */
    int size(int codes) {
        return isDense() ? codes / 2 : codes;
    }

    boolean isDense() {
        return this == LOW_NIBBLES || this == HIGH_NIBBLES;
    }

    /**
     * Writes codes two a byte.
     *
     * @param highFirst whether the first one lies in the high bits, a constant of the loop
     * @param codes the codes; all other bits of a lane's low byte are zero
     * @param dst receives the bytes
     * @param to position of the first byte
     */
    static void putNibbles(boolean highFirst, IntVector codes, byte[] dst, int to) {
        ShortVector pairs =
                codes.convertShape(VectorOperators.I2B, Lanes.BYTES, 0).reinterpretAsShorts();
        pairs = highFirst
                ? pairs.lanewise(VectorOperators.LSHL, 4).or(pairs.lanewise(VectorOperators.LSHR, 8))
                : pairs.or(pairs.lanewise(VectorOperators.LSHR, 4));
        ((ByteVector) pairs.convertShape(VectorOperators.S2B, DENSE, 0)).intoArray(dst, to);
    }
}
