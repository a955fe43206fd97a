package org.bitexact.internal.vector;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.format.FloatFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decodes floating-point formats of 8 bits in {@code byte[]}, two codes in a lane of 32 bits until they are stored.
 *
 * <p>The binary32 patterns of such values have zeros in their lower half. The upper half of most is linear in the code:
 * sign and magnitude moved into place, plus the difference of the biases. Where it is not, below the smallest normal
 * number and in the special codes, what is missing is added from a table in a register. Magnitudes taken as a circle,
 * these exceptions are one arc; an arc of at most 32 is told apart by the last five bits.
 *
 * <pre>
 * magnitude   00 ... 07   08 ... 7e   7f        E4M3: eight below the smallest normal number, one NaN
 *             exception   linear      exception
 * </pre>
 *
 * <p>Which codes are exceptions is found by trying all of them, so that nothing here depends on a format's rules.
 */
final class LinearDecodingLoop implements DecodingLoop {
    /** What a variant is made for: whether the code of -0 does not have the pattern of +0 with a sign. */
    record Shape(boolean oddZero) {}

    private static final boolean ODD_ZERO =
            LoopVariants.shape(MethodHandles.lookup(), Shape.class).oddZero();
    private static final short SIGNED_ZERO_CODE = (short) 0xff80; // extended

    private final Parameters parameters;

    LinearDecodingLoop(Parameters parameters) {
        this.parameters = parameters;
    }

    /**
     * The constants of a format.
     *
     * @param shift from the code to its place in the upper half of a pattern
     * @param kept bits of the moved code that count: sign and magnitude
     * @param rebias what is added to these
     * @param magnitudeMask magnitude part of a code
     * @param turn what makes the arc of exceptions begin at zero
     * @param exceptions length of the arc
     * @param missing what exceptions lack, by the last five bits of the code
     * @param negativeZero upper half of the pattern of the code of -0
     * @param oddZero whether that is not the one of +0 with a sign
     */
    record Parameters(
            int shift,
            int kept,
            int rebias,
            int magnitudeMask,
            int turn,
            int exceptions,
            short[] missing,
            int negativeZero,
            boolean oddZero) {
        /**
         * {@return the constants of a format, or null if it is not linear enough}
         *
         * @param f a format
         * @param halves its upper halves
         */
        static @Nullable Parameters of(FloatFormat f, short[] halves) {
            // a sign must be the highest bit, of which those above it are copies
            if (f.trailingBits() > 7 || f.signed() && f.width() != 8) {
                return null;
            }
            int shift = 7 - f.trailingBits();
            int mask = (int) f.magnitudeMask();
            int rebias = 127 - f.bias() << 7;
            int top = mask + 1;
            int bottom = -1;
            short[] lacks = new short[mask + 1];
            for (int m = mask; m >= 0; m--) {
                lacks[m] = (short) (halves[m] - ((m << shift) + rebias));
                if (lacks[m] != 0 && m > mask / 2) {
                    top = m;
                } else if (lacks[m] != 0 && bottom < 0) {
                    bottom = m;
                }
            }
            int turn = mask + 1 - top;
            int exceptions = turn + bottom + 1;
            for (int m = 1; f.signed() && m <= mask; m++) {
                if (halves[m | 0x80] != (short) (halves[m] | 0x8000)) {
                    return null;
                }
            }
            if (exceptions > Halves.COUNT) {
                return null;
            }
            short[] missing = new short[Halves.COUNT];
            for (int i = 0; i < exceptions; i++) {
                int m = top + i & mask;
                missing[m % Halves.COUNT] = lacks[m];
            }
            int negativeZero = f.signed() ? halves[0x80] : 0;
            boolean oddZero = f.signed() && (short) negativeZero != (short) (halves[0] | 0x8000);
            int kept = mask << shift | (f.signed() ? 0x8000 : 0);
            return new Parameters(shift, kept, rebias, mask, turn, exceptions, missing, negativeZero, oddZero);
        }
    }

    @Override
    public int step() {
        return Halves.COUNT;
    }

    @Override
    public void run(Object src, int from, float[] dst, int to, int n) {
        Parameters p = parameters;
        ShortVector shift = Halves.broadcast(p.shift());
        ShortVector kept = Halves.broadcast(p.kept());
        ShortVector rebias = Halves.broadcast(p.rebias());
        ShortVector magnitude = Halves.broadcast(p.magnitudeMask());
        ShortVector turn = Halves.broadcast(p.turn());
        ShortVector exceptions = Halves.broadcast(p.exceptions());
        ShortVector missing = ShortVector.fromArray(Halves.SHORTS, p.missing(), 0);
        ShortVector negativeZero = Halves.broadcast(p.negativeZero());
        for (int i = from, j = to, end = from + n; i < end; i = Math.addExact(i, Halves.COUNT), j += Halves.COUNT) {
            ShortVector c = (ShortVector) ByteVector.fromArray(Halves.BYTES, (byte[]) src, i)
                    .convertShape(VectorOperators.B2S, Halves.SHORTS, 0);
            ShortVector v = c.lanewise(VectorOperators.LSHL, shift).and(kept).add(rebias);
            ShortVector lacks = c.and(Halves.LAST).selectFrom(missing);
            ShortVector place = c.add(turn).and(magnitude);
            VectorMask<Short> isException = place.compare(VectorOperators.LT, exceptions);
            v = v.lanewise(VectorOperators.ADD, lacks, isException);
            if (ODD_ZERO) {
                v = v.blend(negativeZero, c.compare(VectorOperators.EQ, SIGNED_ZERO_CODE));
            }
            Halves.store(v, dst, j);
        }
    }
}
