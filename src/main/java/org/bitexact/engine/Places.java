package org.bitexact.engine;

import java.util.Arrays;

/**
 * Where the elements of a dot product stand in a panel: those of a lane follow each other, tile by tile.
 *
 * <p>A tile that is as long as the vectors is dealt panel by panel.
 *
 * <p><b>Thread safety</b>: safe.
 */
final class Places {
    private final Order order;
    private final int stretch; // elements that are dealt together
    private final int[] full;
    private volatile int[] last = {}; // of the last stretch that was shorter

    /**
     * Makes the places.
     *
     * @param order the order of an engine
     * @param depth rows of B in a panel, a multiple of the tile unless that is {@link Order#WHOLE}
     */
    Places(Order order, int depth) {
        this.order = order;
        stretch = Math.min(order.tile(), depth);
        full = order.isInPlace() ? new int[0] : places(stretch);
    }

    /** {@return whether elements stand elsewhere than in their row} */
    boolean permute() {
        return !order.isInPlace();
    }

    /** {@return the place of an element among the k of its row} */
    int place(int p, int k) {
        if (!permute()) {
            return p;
        }
        int inStretch = p % stretch;
        return p - inStretch + table(Math.min(stretch, k - p + inStretch))[inStretch];
    }

    /** Puts the elements of a row in their places. */
    void permute(float[] row, int from, int k) {
        if (!permute()) {
            return;
        }
        float[] before = Arrays.copyOfRange(row, from, from + k);
        for (int first = 0; first < k; first += stretch) {
            int length = Math.min(stretch, k - first);
            int[] table = table(length);
            for (int q = 0; q < length; q++) {
                row[from + first + table[q]] = before[first + q];
            }
        }
    }

    private int[] table(int length) {
        if (length == stretch) {
            return full;
        }
        int[] table = last;
        if (table.length != length) {
            table = places(length);
            last = table;
        }
        return table;
    }

    private int[] places(int length) {
        int[] places = new int[length];
        int next = 0;
        for (int lane = 0; lane < order.laneCount(); lane++) {
            for (int q = 0; q < length; q++) {
                if (lane(q) == lane) {
                    places[q] = next++;
                }
            }
        }
        return places;
    }

    /** {@return the number of elements of a lane among the first of a stretch} */
    int count(int lane, int length) {
        int count = 0;
        for (int q = 0; q < length; q++) {
            count += lane(q) == lane ? 1 : 0;
        }
        return count;
    }

    /**
     * {@return the ends of the steps among some rows of B, complemented at the ends of tiles}
     *
     * @param rows number of rows
     * @param terms products of a step
     */
    int[] ends(int rows, int terms) {
        int[] ends = new int[rows];
        int count = 0;
        int tile = order.independentTiles() ? order.tile() : rows;
        for (int from = 0; from < rows; from += tile) {
            int length = Math.min(tile, rows - from);
            int end = from;
            for (int lane = 0; lane < order.laneCount(); lane++) {
                int inLane = count(lane, length);
                for (int done = 0; done < inLane; done += terms) {
                    end += Math.min(terms, inLane - done);
                    ends[count++] = end;
                }
            }
            ends[count - 1] = ~ends[count - 1];
        }
        return Arrays.copyOf(ends, count);
    }

    private int lane(int q) {
        return order.lanes().get(q % order.lanes().size());
    }
}
