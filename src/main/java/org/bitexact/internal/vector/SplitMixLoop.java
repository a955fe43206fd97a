package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Draws the words of {@link org.bitexact.codec.CounterRandom} and brings their shares into the form of {@link RandomBits}.
 *
 * <p>Two vectors a step take less time than one, and make the method longer than the 325 bytes up to which compilers put it
 * into its caller. There, beside other loops, that of JDK 17 at times gave up and allocated every vector, at 10 times the
 * time.
 */
final class SplitMixLoop implements DrawingLoop {
    /** What a variant is made for: the size of a share, and which steps it needs. */
    record Shape(int shareBytes, boolean shifts, boolean masks, boolean inverts) {}

    private static final VectorSpecies<Long> WORDS = LongVector.SPECIES_PREFERRED;
    private static final int COUNT = WORDS.length();

    private static final Shape SHAPE = LoopVariants.shape(MethodHandles.lookup(), Shape.class);
    private static final boolean SHORTS = SHAPE.shareBytes() == 2;
    private static final int STEP = COUNT * 8 / SHAPE.shareBytes();
    private static final boolean SHIFTS = SHAPE.shifts();
    private static final boolean MASKS = SHAPE.masks();
    private static final boolean INVERTS = SHAPE.inverts();

    private final int right;
    private final long kept;
    private final long inverted;

    /**
     * Prepares a loop.
     *
     * @param right by how many bits the words are shifted right
     * @param kept which bits count then
     * @param inverted which bits are inverted
     */
    SplitMixLoop(int right, long kept, long inverted) {
        this.right = right;
        this.kept = kept;
        this.inverted = inverted;
    }

    @Override
    public void run(long word, Object dst, int from, int end) {
        LongVector lanes = LongVector.fromArray(WORDS, RandomBits.GAMMAS, 0);
        LongVector moreLanes = lanes.add(COUNT * RandomBits.GAMMA);
        LongVector shift = LongVector.broadcast(WORDS, right);
        LongVector mask = LongVector.broadcast(WORDS, kept);
        LongVector flip = LongVector.broadcast(WORDS, inverted);
        long next = word;
        for (int i = from; i < end; i = Math.addExact(i, 2 * STEP)) {
            LongVector z = lanes.add(next);
            LongVector y = moreLanes.add(next);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 30))
                    .mul(0xbf58_476d_1ce4_e5b9L);
            y = y.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHR, 30))
                    .mul(0xbf58_476d_1ce4_e5b9L);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 27))
                    .mul(0x94d0_49bb_1331_11ebL);
            y = y.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHR, 27))
                    .mul(0x94d0_49bb_1331_11ebL);
            z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 31));
            y = y.lanewise(VectorOperators.XOR, y.lanewise(VectorOperators.LSHR, 31));
            if (SHIFTS) {
                z = z.lanewise(VectorOperators.LSHR, shift);
                y = y.lanewise(VectorOperators.LSHR, shift);
            }
            if (MASKS) {
                z = z.and(mask);
                y = y.and(mask);
            }
            if (INVERTS) {
                z = z.lanewise(VectorOperators.XOR, flip);
                y = y.lanewise(VectorOperators.XOR, flip);
            }
            if (SHORTS) {
                z.reinterpretAsShorts().intoArray((short[]) dst, i);
                y.reinterpretAsShorts().intoArray((short[]) dst, i + STEP);
            } else {
                z.reinterpretAsInts().intoArray((int[]) dst, i);
                y.reinterpretAsInts().intoArray((int[]) dst, i + STEP);
            }
            next += 2 * COUNT * RandomBits.GAMMA; // a vector that is carried from step to step would be allocated
        }
    }
}
