package org.bitexact.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bitexact.codec.CodeText;
import org.bitexact.format.Formats;

/**
 * Binary32 patterns as inputs: all 2^32, or ranges of them, in ascending order of the unsigned pattern.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class FloatSpace implements InputSpace {
    private static final long LAST = 0xffff_ffffL;
    private static final int SIGN = 0x8000_0000;
    private static final int LARGEST_MAGNITUDE = 0x7fff_ffff;

    private final long[] first;
    private final long[] last;
    private final long[] before; // number of inputs in the ranges before
    private final long size;

    private FloatSpace(long[] first, long[] last) {
        this.first = first;
        this.last = last;
        before = new long[first.length];
        long sum = 0;
        for (int i = 0; i < first.length; i++) {
            before[i] = sum;
            sum += last[i] - first[i] + 1;
        }
        size = sum;
    }

    /** {@return all 2^32 patterns} */
    public static FloatSpace all() {
        return range(0, -1);
    }

    /**
     * {@return a range of patterns, as unsigned numbers}
     *
     * @param from the first pattern
     * @param to the last pattern, not below the first
     */
    public static FloatSpace range(int from, int to) {
        if (Integer.compareUnsigned(from, to) > 0) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "the last pattern must not be below the first: %08x, %08x", to, from));
        }
        return new FloatSpace(new long[] {Integer.toUnsignedLong(from)}, new long[] {Integer.toUnsignedLong(to)});
    }

    /**
     * {@return the patterns of both signs from a magnitude on, infinities and NaNs included}
     *
     * @param magnitude the smallest pattern; the sign bit is ignored
     */
    public static FloatSpace beyond(int magnitude) {
        long from = magnitude & LARGEST_MAGNITUDE;
        long sign = Integer.toUnsignedLong(SIGN);
        return new FloatSpace(new long[] {from, from | sign}, new long[] {LARGEST_MAGNITUDE, LARGEST_MAGNITUDE | sign});
    }

    /**
     * {@return the given patterns and their neighbours}
     *
     * @param patterns any patterns, in any order
     * @param radius patterns taken on either side of each, as unsigned numbers without wrapping round; 0 for none
     */
    public static FloatSpace around(int[] patterns, int radius) {
        if (patterns.length == 0 || radius < 0) {
            throw new IllegalArgumentException(
                    "at least one pattern and a radius of at least 0 are needed: " + patterns.length + ", " + radius);
        }
        long[] sorted = Arrays.stream(patterns)
                .mapToLong(Integer::toUnsignedLong)
                .sorted()
                .toArray();
        List<long[]> ranges = new ArrayList<>();
        for (long pattern : sorted) {
            long from = Math.max(0, pattern - radius);
            long to = Math.min(LAST, pattern + radius);
            long[] current = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (current != null && from <= current[1] + 1) {
                current[1] = Math.max(current[1], to);
            } else {
                ranges.add(new long[] {from, to});
            }
        }
        return new FloatSpace(
                ranges.stream().mapToLong(r -> r[0]).toArray(),
                ranges.stream().mapToLong(r -> r[1]).toArray());
    }

    @Override
    public String id() {
        if (size == LAST + 1) {
            return "all f32";
        }
        if (first.length <= 4) {
            StringBuilder text = new StringBuilder("f32");
            for (int i = 0; i < first.length; i++) {
                text.append(String.format(Locale.ROOT, "%s %08x..%08x", i == 0 ? "" : ",", first[i], last[i]));
            }
            return text.toString();
        }
        long hash = 0;
        for (int i = 0; i < first.length; i++) {
            hash = Digest.mix(hash ^ Digest.mix(first[i] << 32 | last[i]));
        }
        return String.format(Locale.ROOT, "f32 in %d ranges (%016x)", first.length, hash);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void fill(long index, int count, long[] inputs) {
        int range = Arrays.binarySearch(before, index);
        range = range >= 0 ? range : -range - 2;
        long next = first[range] + index - before[range];
        int done = 0;
        while (done < count) {
            int run = (int) Math.min(count - done, last[range] - next + 1);
            for (int i = 0; i < run; i++) {
                inputs[done + i] = next + i;
            }
            done += run;
            if (done < count) {
                next = first[++range];
            }
        }
    }

    @Override
    public String explain(long input) {
        return CodeText.of(Formats.BINARY32).explain(input);
    }

    @Override
    public String toString() {
        return id();
    }
}
