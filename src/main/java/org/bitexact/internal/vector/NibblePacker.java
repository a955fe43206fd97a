package org.bitexact.internal.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Packs and unpacks codes of 4 bits: two codes in a lane of 16 bits, of which the low byte is kept. */
final class NibblePacker extends LanePacker {
    private static final VectorSpecies<Short> PAIRS = ShortVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> DENSE =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(PAIRS.vectorBitSize() / 2));

    private final boolean highFirst;

    NibblePacker(boolean highFirst) {
        super(4, COUNT / 2);
        this.highFirst = highFirst;
    }

    @Override
    void packVectors(byte[] src, int from, byte[] dst, int to, int n) {
        boolean high = highFirst;
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, COUNT), j += COUNT / 2) {
            ShortVector pair = ByteVector.fromArray(CODES, src, i).reinterpretAsShorts();
            pair = high
                    ? pair.lanewise(VectorOperators.LSHL, 4).or(pair.lanewise(VectorOperators.LSHR, 8))
                    : pair.or(pair.lanewise(VectorOperators.LSHR, 4));
            ((ByteVector) pair.convertShape(VectorOperators.S2B, DENSE, 0)).intoArray(dst, j);
        }
    }

    @Override
    void unpackVectors(byte[] src, int from, byte[] dst, int to, int n) {
        boolean high = highFirst;
        for (int i = from, j = to, end = to + n; j < end; i += COUNT / 2, j = Math.addExact(j, COUNT)) {
            ShortVector pair =
                    (ShortVector) ByteVector.fromArray(DENSE, src, i).convertShape(VectorOperators.B2S, PAIRS, 0);
            pair = high
                    ? pair.lanewise(VectorOperators.LSHL, 8)
                            .or(pair.lanewise(VectorOperators.LSHR, 4).and((short) 0xf))
                    : pair.lanewise(VectorOperators.LSHL, 4).or(pair.and((short) 0xf));
            pair.and((short) 0x0f0f).reinterpretAsBytes().intoArray(dst, j);
        }
    }
}
