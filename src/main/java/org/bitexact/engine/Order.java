package org.bitexact.engine;

import java.util.List;
import java.util.Objects;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.format.Rounding;

/**
 * The order of a dot product: which elements a step takes, where its addend comes from, and how partial results are
 * joined.
 *
 * <p>In a {@link #CHAIN}, a step takes the next elements, k ascending, and its addend is the result of the step before;
 * that of the first step is <i>c</i>.
 *
 * <p>Otherwise k is cut into <i>tiles</i>. Within a tile, elements go to <i>lanes</i>, each of which is a chain that starts
 * from zero. The results of the lanes are added in a tree, <i>(t0 + t1) + (t2 + t3)</i>, with a rounding for each
 * addition, and the sum of the tile is added to what precedes it: <i>c</i>, then <i>c + tile 0</i>, and so on. Elements
 * that a tile lacks count as +0 times +0.
 *
 * @param tile elements of a tile; 0 for a chain, {@link #WHOLE} for all of k
 * @param lanes the lane of each element of a tile, repeated along it, for example {@code [0, 0, 1, 1]}
 * @param stride distance of the elements that a step takes: in a tile of 256 with stride 128, elements k and k + 128
 * @param oddFirst whether the elements of each pair are taken in the order 2i + 1, 2i
 * @param rotated whether the tree of lanes begins with lane <i>k mod lanes</i> rather than with lane 0
 * @param negativeZero whether lanes start from -0, which makes the first product of a lane its first value, rather than
 *     from +0
 * @param join rounding of the additions
 * @param joinUnderflow what becomes of subnormal results of the additions; unless it is gradual, of subnormal operands
 *     as well
 * @since 0.1
 */
public record Order(
        int tile,
        List<Integer> lanes,
        int stride,
        boolean oddFirst,
        boolean rotated,
        boolean negativeZero,
        Rounding join,
        Underflow joinUnderflow) {

    /** Each step continues from the one before it. */
    public static final Order CHAIN =
            new Order(0, List.of(0), 1, false, false, false, Rounding.TIES_TO_EVEN, Underflow.GRADUAL);

    /** A tile that is as long as the vectors. */
    public static final int WHOLE = Integer.MAX_VALUE;

    /** Checks the parameters and copies the list. */
    public Order {
        lanes = List.copyOf(lanes);
        Objects.requireNonNull(joinUnderflow, "joinUnderflow");
        if (tile < 0) {
            throw new IllegalArgumentException("tile must be 0 or more: " + tile);
        }
        int count = count(lanes);
        for (int lane = 0; lane < count; lane++) {
            if (!lanes.contains(lane)) {
                throw new IllegalArgumentException("lanes must be numbered from 0 without gaps: " + lanes);
            }
        }
        if (lanes.isEmpty() || lanes.contains(-1)) {
            throw new IllegalArgumentException("lanes must be numbered from 0: " + lanes);
        }
        if (tile == 0 && count > 1 || tile != WHOLE && tile % lanes.size() != 0) {
            throw new IllegalArgumentException("tile must be a multiple of the length of lanes " + lanes + ": " + tile);
        }
        if (stride < 1 || stride > 1 && (tile == WHOLE || tile == 0 || tile % stride != 0 || count > 1)) {
            throw new IllegalArgumentException(
                    "stride must be 1, or divide a tile of one lane and limited length: " + stride);
        }
        if (oddFirst && (stride > 1 || count > 1)) {
            throw new IllegalArgumentException("oddFirst needs one lane and stride 1");
        }
        if (join.isStochastic()) {
            throw new IllegalArgumentException("join must not be stochastic: " + join);
        }
    }

    private static int count(List<Integer> lanes) {
        int count = 0;
        for (int lane : lanes) {
            count = Math.max(count, lane + 1);
        }
        return count;
    }

    /**
     * {@return an order of tiles of one lane each}
     *
     * @param tile elements of a tile
     */
    public static Order tiles(int tile) {
        return lanes(tile, 0);
    }

    /**
     * {@return an order of tiles whose elements are dealt to lanes}
     *
     * @param tile elements of a tile
     * @param lanes the lane of each element, repeated along the tile
     */
    public static Order lanes(int tile, Integer... lanes) {
        return new Order(tile, List.of(lanes), 1, false, false, false, Rounding.TIES_TO_EVEN, Underflow.GRADUAL);
    }

    /** {@return the number of lanes} */
    public int laneCount() {
        return count(lanes);
    }

    /** {@return whether the addend of the first step is the addend of the dot product} */
    public boolean isChain() {
        return tile == 0;
    }

    /**
     * {@return this order with steps that take elements some way apart}
     *
     * @param value the distance
     */
    public Order withStride(int value) {
        return new Order(tile, lanes, value, oddFirst, rotated, negativeZero, join, joinUnderflow);
    }

    /** {@return this order with the second element of each pair taken first} */
    public Order withOddFirst() {
        return new Order(tile, lanes, stride, true, rotated, negativeZero, join, joinUnderflow);
    }

    /** {@return this order with the tree of lanes beginning at lane {@code k mod lanes}} */
    public Order withRotation() {
        return new Order(tile, lanes, stride, oddFirst, true, negativeZero, join, joinUnderflow);
    }

    /** {@return this order with lanes that start from -0} */
    public Order fromNegativeZero() {
        return new Order(tile, lanes, stride, oddFirst, rotated, true, join, joinUnderflow);
    }

    /**
     * {@return this order with other additions}
     *
     * @param rounding their rounding
     * @param underflow what becomes of their subnormal results
     */
    public Order withJoin(Rounding rounding, Underflow underflow) {
        return new Order(tile, lanes, stride, oddFirst, rotated, negativeZero, rounding, underflow);
    }
}
