package org.bitexact.sweep;

import java.util.Arrays;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.NanRule;
import org.bitexact.oracle.BoundaryTable;

/**
 * The oracle's results, looked up by walking along its intervals: one search a block if inputs ascend, and one
 * comparison an input.
 */
final class OracleIntervals implements Implementation.Evaluation {
    private static final int SIGN = 0x8000_0000;
    private static final long ASK = -1;
    /** Patterns of each sign whose exponent field is all ones: infinity and the NaNs. */
    private static final int NANS = 1 << 23;

    private final BoundaryTable table;
    /** First patterns as unsigned numbers, with a last entry of 2^32; the NaNs of each sign come after its infinity. */
    private final long[] starts;
    /** Code and flags, or {@link #ASK} for NaNs. */
    private final long[] results;

    OracleIntervals(BoundaryTable table) {
        this.table = table;
        int block = nanBlock(table);
        int nans = NANS / block;
        starts = new long[table.size(false) + table.size(true) + 2 * nans + 1];
        results = new long[starts.length - 1];
        int end = copy(false, 0, block);
        end = copy(true, end, block);
        starts[end] = 1L << 32;
    }

    /**
     * The number of neighbouring NaN patterns whose results are the same: what a conversion takes from a NaN is its sign
     * and the leading bits of its trailing significand, as many as the target has, the first of which tells quiet from
     * signaling. All of one block if the oracle itself says otherwise at one of its ends; then each NaN is asked for.
     */
    private static int nanBlock(BoundaryTable table) {
        int trailingBits = table.target() instanceof FloatFormat f ? f.trailingBits() : 0;
        if (table.policies().nan() == NanRule.JDK_FOLD) {
            return NANS; // takes low bits, too
        }
        return NANS >> Math.max(1, Math.min(trailingBits, 22));
    }

    private int copy(boolean minus, int at, int block) {
        long sign = minus ? Integer.toUnsignedLong(SIGN) : 0;
        int[] patterns = table.starts(minus);
        int[] codes = table.codes(minus);
        byte[] flags = table.flags(minus);
        for (int i = 0; i < patterns.length; i++) {
            starts[at + i] = patterns[i] | sign;
            results[at + i] = codes[i] | (long) flags[i] << 32;
        }
        int next = at + patterns.length;
        for (int i = 0; i < NANS / block; i++) {
            int last = BoundaryTable.INFINITY + (i + 1) * block - 1;
            int first = Math.max(last - block + 1, BoundaryTable.INFINITY + 1); // the first block starts with infinity
            long result = table.expected(first | (int) sign);
            starts[next] = first | sign;
            results[next] = block < NANS && table.expected(last | (int) sign) == result ? result : ASK;
            next++;
        }
        return next;
    }

    @Override
    public void evaluate(long index, long[][] operands, long[] out, int count) {
        long[] inputs = operands[0];
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

    /** Compares with each interval's result in a loop without branches; NaNs one by one. */
    @Override
    public boolean agrees(long index, long[][] operands, long[] got, long[] expected, int count) {
        long[] inputs = operands[0];
        boolean oneApart = areOneApart(inputs, count);
        int interval = 0;
        for (int i = 0; i < count; ) {
            interval = find(inputs[i], interval);
            long result = results[interval];
            if (result == ASK) {
                if (got[i] != table.expected((int) inputs[i])) {
                    return false;
                }
                i++;
                continue;
            }
            int end = endOf(inputs, i, count, interval, oneApart);
            long differences = 0;
            for (int k = i; k < end; k++) {
                differences |= got[k] ^ result;
            }
            if (differences != 0) {
                return false;
            }
            i = end;
        }
        return true;
    }

    /** The first position from i on whose input is not in the interval; among inputs one apart it takes no search. */
    private int endOf(long[] inputs, int i, int count, int interval, boolean oneApart) {
        if (oneApart) {
            return (int) Math.min(count, i + starts[interval + 1] - inputs[i]);
        }
        int end = i + 1;
        while (end < count && inRange(inputs[end] - starts[interval], starts[interval + 1] - starts[interval])) {
            end++;
        }
        return end;
    }

    private static boolean areOneApart(long[] inputs, int count) {
        long differences = 0;
        for (int i = 0; i < count; i++) {
            differences |= inputs[i] - inputs[0] ^ i;
        }
        return differences == 0;
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
    long[] edges() {
        return Arrays.copyOf(starts, results.length);
    }
}
