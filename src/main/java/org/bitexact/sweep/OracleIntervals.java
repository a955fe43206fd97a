package org.bitexact.sweep;

import java.util.Arrays;
import org.bitexact.oracle.BoundaryTable;

/**
 * The oracle's results, looked up by walking along its intervals: one search a block if inputs ascend, and one
 * comparison an input.
 */
final class OracleIntervals implements Implementation.Evaluation {
    private static final int SIGN = 0x8000_0000;
    private static final long ASK = -1;

    private final BoundaryTable table;
    /** First patterns as unsigned numbers, with a last entry of 2^32; the NaNs of each sign are an interval. */
    private final long[] starts;
    /** Code and flags, or {@link #ASK} for NaNs. */
    private final long[] results;

    OracleIntervals(BoundaryTable table) {
        this.table = table;
        int positive = table.size(false);
        int negative = table.size(true);
        starts = new long[positive + negative + 3];
        results = new long[positive + negative + 2];
        int end = copy(false, 0);
        end = copy(true, end);
        starts[end] = 1L << 32;
    }

    private int copy(boolean minus, int at) {
        long sign = minus ? Integer.toUnsignedLong(SIGN) : 0;
        int[] patterns = table.starts(minus);
        int[] codes = table.codes(minus);
        byte[] flags = table.flags(minus);
        for (int i = 0; i < patterns.length; i++) {
            starts[at + i] = patterns[i] | sign;
            results[at + i] = codes[i] | (long) flags[i] << 32;
        }
        int nan = at + patterns.length;
        starts[nan] = BoundaryTable.INFINITY + 1 | sign;
        results[nan] = ASK;
        return nan + 1;
    }

    @Override
    public void evaluate(long[] inputs, long[] out, int count) {
        int interval = 0;
        for (int i = 0; i < count; ) {
            interval = find(inputs[i], interval);
            long start = starts[interval];
            long length = starts[interval + 1] - start;
            long result = results[interval];
            if (result == ASK) {
                while (i < count && inRange(inputs[i] - start, length)) {
                    out[i] = table.expected((int) inputs[i]);
                    i++;
                }
            } else {
                while (i < count && inRange(inputs[i] - start, length)) {
                    out[i] = result;
                    i++;
                }
            }
        }
    }

    private static boolean inRange(long offset, long length) {
        return offset >= 0 && offset < length;
    }

    /** The interval of a pattern; ascending inputs find it next to the one before. */
    private int find(long input, int last) {
        int next = last + 1;
        if (next < results.length && input >= starts[next] && input < starts[next + 1]) {
            return next;
        }
        int found = Arrays.binarySearch(starts, 0, results.length, input);
        return found >= 0 ? found : -found - 2;
    }

    /** {@return the first pattern of every interval, NaNs included} */
    int[] edges() {
        return Arrays.stream(starts, 0, results.length).mapToInt(s -> (int) s).toArray();
    }
}
