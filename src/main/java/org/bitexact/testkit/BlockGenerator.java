package org.bitexact.testkit;

import java.util.Arrays;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.Formats;

/**
 * Draws binary32 values that are hard to encode in a block-scaled format.
 *
 * <p>Each block is of one kind: its largest magnitude is a power of two, the largest element times a power of two, or one
 * binary32 step from either; the others are ties of elements under that scale, or beside them, or far below; now and then
 * a block is all zeros, holds tiny numbers, an infinity or a NaN.
 *
 * <p>Values are a function of the random bits, or of a seed and a number.
 *
 * <p><b>Thread safety</b>: immutable; a random source belongs to its caller.
 *
 * @since 0.1
 */
public final class BlockGenerator {
    private final BlockFormat format;
    private final NumberLine element;
    private final NumberLine binary32 = new NumberLine(Formats.BINARY32);

    private BlockGenerator(BlockFormat format) {
        this.format = Objects.requireNonNull(format, "format");
        element = new NumberLine(format.element());
    }

    /**
     * {@return a generator of values for a block format}
     *
     * @param format the format
     */
    public static BlockGenerator of(BlockFormat format) {
        return new BlockGenerator(format);
    }

    /** {@return the block format} */
    public BlockFormat format() {
        return format;
    }

    /**
     * {@return values, block after block}
     *
     * @param n number of values, 0 or more
     * @param random source of random bits, of which only {@code nextLong} is used
     */
    public float[] next(int n, RandomGenerator random) {
        if (n < 0) {
            throw new IllegalArgumentException("n must not be negative: " + n);
        }
        float[] values = new float[n];
        for (int from = 0; from < n; from += format.blockLength()) {
            block(values, from, Math.min(n, from + format.blockLength()), random);
        }
        return values;
    }

    /**
     * {@return the values of a number in the sequence of a seed}
     *
     * @param n number of values
     * @param seed any number
     * @param index the number, 0 for the first one
     */
    public float[] at(int n, long seed, long index) {
        return next(n, Draws.source(seed, index));
    }

    private void block(float[] values, int from, int to, RandomGenerator random) {
        int kind = Draws.below(random, 12);
        if (kind == 0) {
            Arrays.fill(values, from, to, 0f);
            return;
        }
        // a power of two that stands for the scale
        int scale = kind == 1 ? -149 - Draws.below(random, 6) + 3 : Draws.between(random, -20, 20);
        for (int i = from; i < to; i++) {
            values[i] = value(drawnElement(random).scaled(scale), random);
        }
        Dyadic largest = element.magnitude(element.last(false));
        Dyadic amax = Draws.coin(random) ? largest : Dyadic.of(1, largest.binade());
        int top = from + Draws.below(random, to - from);
        values[top] = value(amax.scaled(scale + Draws.below(random, 2)), random);
        if (kind == 2) {
            values[from + Draws.below(random, to - from)] = special(random);
        }
    }

    /** A number, a midpoint or a point beside one, in the element's terms; more of the small ones than by chance. */
    private Dyadic drawnElement(RandomGenerator random) {
        CodeClass c = Draws.coin(random) ? CodeClass.TARGET_MIDPOINT : CodeClass.TARGET_NUMBER;
        return CodeGenerator.aim(c, element, false, random).scaled(Draws.below(random, 4) == 0 ? -1 : 0);
    }

    private float value(Dyadic magnitude, RandomGenerator random) {
        int step = Draws.below(random, 2) == 0 ? 0 : Draws.between(random, -1, 1);
        float x = Float.intBitsToFloat((int) binary32.stepped(magnitude, step));
        return Draws.coin(random) ? -x : x;
    }

    private static float special(RandomGenerator random) {
        return switch (Draws.below(random, 3)) {
            case 0 -> Float.NaN;
            case 1 -> Float.POSITIVE_INFINITY;
            default -> Float.NEGATIVE_INFINITY;
        };
    }

    @Override
    public String toString() {
        return "BlockGenerator[" + format + "]";
    }
}
