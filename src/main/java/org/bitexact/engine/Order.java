package org.bitexact.engine;

import java.util.ArrayList;
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
 * <p>Other orders cut k into <i>tiles</i> and deal the elements of a tile to <i>lanes</i>. Steps take the elements of one
 * lane, k ascending. The lanes of a tile are either a sequence, in which each continues from the result of the lane
 * before, so that dealing only reorders the elements; or they are independent, each starts from zero, and their results
 * are added in a tree, <i>(t0 + t1) + (t2 + t3)</i>. A tile, finally, either continues from what precedes it, or starts
 * from zero and is added to it: <i>c</i>, then <i>c + tile 0</i>, and so on. Each addition is rounded.
 *
 * <p>A tile that is short of elements is filled up with products of +0 and +0, until each lane has as many.
 *
 * @param tile elements of a tile, a multiple of the length of {@code lanes}, or {@link #WHOLE} for all of k
 * @param lanes the lane of each element of a tile, repeated along it, for example {@code [0, 0, 1, 1]}
 * @param sequence whether lanes follow each other; otherwise they are independent, and so are tiles
 * @param independentTiles whether a tile starts from zero and is added to what precedes it
 * @param rotated whether the tree of lanes begins with lane <i>k mod lanes</i> rather than with lane 0, and tiles are not
 *     filled up
 * @param negativeZero whether what starts from zero does so from -0, to which the first product is added without a trace,
 *     rather than from +0
 * @param join rounding of the additions
 * @param joinUnderflow what becomes of subnormal results of the additions; unless it is gradual, of subnormal operands
 *     as well
 * @since 0.1
 */
public record Order(
        int tile,
        List<Integer> lanes,
        boolean sequence,
        boolean independentTiles,
        boolean rotated,
        boolean negativeZero,
        Rounding join,
        Underflow joinUnderflow) {

    /** A tile that is as long as the vectors. */
    public static final int WHOLE = Integer.MAX_VALUE;

    /** Each step continues from the one before it. */
    public static final Order CHAIN = reordered(WHOLE, 0);

    /** Checks the parameters and copies the list. */
    public Order {
        lanes = List.copyOf(lanes);
        Objects.requireNonNull(joinUnderflow, "joinUnderflow");
        int count = count(lanes);
        for (int lane = 0; lane < count; lane++) {
            if (!lanes.contains(lane)) {
                throw new IllegalArgumentException("lanes must be numbered from 0 without gaps: " + lanes);
            }
        }
        if (count == 0 || lanes.stream().anyMatch(lane -> lane < 0)) {
            throw new IllegalArgumentException("lanes must be numbered from 0: " + lanes);
        }
        if (tile < 1 || tile != WHOLE && tile % lanes.size() != 0) {
            throw new IllegalArgumentException(
                    "tile must be a multiple of the " + lanes.size() + " elements dealt at a time: " + tile);
        }
        if (!sequence && !independentTiles) {
            throw new IllegalArgumentException("independentTiles must be true for independent lanes");
        }
        if (join.isStochastic()) {
            throw new IllegalArgumentException("join must not be stochastic: " + join);
        }
    }

    private static int count(List<Integer> lanes) {
        return lanes.stream().mapToInt(lane -> lane + 1).max().orElse(0);
    }

    /**
     * {@return a chain over elements in another order: within each tile, those of lane 0 come first, then those of lane
     * 1, and so on}
     *
     * @param tile elements of a tile
     * @param lanes the lane of each element, repeated along the tile
     */
    public static Order reordered(int tile, Integer... lanes) {
        return new Order(tile, List.of(lanes), true, false, false, false, Rounding.TIES_TO_EVEN, Underflow.GRADUAL);
    }

    /**
     * {@return an order of tiles that start from zero, each a chain}
     *
     * @param tile elements of a tile
     */
    public static Order tiles(int tile) {
        return reordered(tile, 0).withIndependentTiles();
    }

    /**
     * {@return an order of tiles that start from zero, each a chain of steps that take elements some way apart}
     *
     * @param tile elements of a tile
     * @param stride distance of the elements that follow each other: 0, stride, ..., 1, stride + 1, ...
     */
    public static Order strided(int tile, int stride) {
        List<Integer> lanes = new ArrayList<>();
        for (int lane = 0; lane < stride; lane++) {
            lanes.add(lane);
        }
        return reordered(tile, lanes.toArray(new Integer[0])).withIndependentTiles();
    }

    /**
     * {@return an order of tiles whose elements are dealt to independent lanes}
     *
     * @param tile elements of a tile
     * @param lanes the lane of each element, repeated along the tile
     */
    public static Order lanes(int tile, Integer... lanes) {
        return new Order(tile, List.of(lanes), false, true, false, false, Rounding.TIES_TO_EVEN, Underflow.GRADUAL);
    }

    /** {@return the number of lanes} */
    public int laneCount() {
        return count(lanes);
    }

    /** {@return whether steps take the elements as they come} */
    boolean isInPlace() {
        return lanes.size() == 1;
    }

    /** {@return this order with tiles that start from zero} */
    public Order withIndependentTiles() {
        return new Order(tile, lanes, sequence, true, rotated, negativeZero, join, joinUnderflow);
    }

    /** {@return this order with the tree of lanes beginning at lane {@code k mod lanes}, and tiles not filled up} */
    public Order withRotation() {
        return new Order(tile, lanes, sequence, independentTiles, true, negativeZero, join, joinUnderflow);
    }

    /** {@return this order with lanes and tiles that start from -0} */
    public Order fromNegativeZero() {
        return new Order(tile, lanes, sequence, independentTiles, rotated, true, join, joinUnderflow);
    }

    /**
     * {@return this order with other additions}
     *
     * @param rounding their rounding
     * @param underflow what becomes of their subnormal results
     */
    public Order withJoin(Rounding rounding, Underflow underflow) {
        return new Order(tile, lanes, sequence, independentTiles, rotated, negativeZero, rounding, underflow);
    }
}
