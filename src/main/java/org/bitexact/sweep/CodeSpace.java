package org.bitexact.sweep;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/**
 * Codes of one format as inputs: all of them, or ranges, in ascending order of the code as an unsigned number.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class CodeSpace implements InputSpace {
    /** Targets whose boundaries are listed have at most this many bits. */
    static final int BOUNDARY_BITS = 20;

    private final ScalarFormat format;
    private final String name;
    private final long[] first;
    private final long[] last;
    private final long[] before; // number of inputs in the ranges before
    private final long size;

    private CodeSpace(ScalarFormat format, String name, long[] first, long[] last) {
        this.format = format;
        this.name = name;
        this.first = first;
        this.last = last;
        before = new long[first.length];
        long sum = 0;
        for (int i = 0; i < first.length; i++) {
            before[i] = sum;
            long length = last[i] - first[i] + 1;
            if (length <= 0 || sum + length <= 0) {
                throw new IllegalArgumentException("a space must have less than 2^63 codes: " + format);
            }
            sum += length;
        }
        size = sum;
    }

    /** {@return all 2^32 binary32 patterns} */
    public static CodeSpace floats() {
        return all(Formats.BINARY32);
    }

    /**
     * {@return all codes of a format}
     *
     * @param format a format of at most 62 bits
     */
    public static CodeSpace all(ScalarFormat format) {
        return range(format, 0, format.codeMask());
    }

    /**
     * {@return a range of codes, as unsigned numbers}
     *
     * @param format their format
     * @param from the first code
     * @param to the last code, not below the first
     */
    public static CodeSpace range(ScalarFormat format, long from, long to) {
        format.requireCode(from);
        format.requireCode(to);
        if (Long.compareUnsigned(from, to) > 0) {
            throw new IllegalArgumentException(
                    "the last code must not be below the first: " + hex(format, to) + ", " + hex(format, from));
        }
        return new CodeSpace(format, "", new long[] {from}, new long[] {to});
    }

    /**
     * {@return the codes of both signs from a magnitude on, infinities and NaNs included}
     *
     * @param format a signed floating-point format
     * @param magnitude the smallest code; the sign bit is ignored
     */
    public static CodeSpace beyond(FloatFormat format, long magnitude) {
        if (!format.signed()) {
            throw new IllegalArgumentException("format must be signed: " + format);
        }
        long from = magnitude & format.magnitudeMask();
        long sign = format.signMask();
        long largest = format.magnitudeMask();
        return new CodeSpace(format, "", new long[] {from, from | sign}, new long[] {largest, largest | sign});
    }

    /**
     * {@return the given codes and their neighbours}
     *
     * @param format their format
     * @param codes any codes, in any order
     * @param radius codes taken on either side of each, as unsigned numbers without wrapping round; 0 for none
     */
    public static CodeSpace around(ScalarFormat format, long[] codes, int radius) {
        return around(format, "", codes, radius);
    }

    /**
     * {@return the codes of a format around every value where the conversion to another changes: each number of the
     * target, the next ones beyond its limits, each midpoint between neighbours, the thresholds of underflow, and the
     * special codes of the source}
     *
     * <p>A value that the source does not have is represented by the nearest code.
     *
     * @param source the format converted from
     * @param target the format converted to, of at most 20 bits, its numbers exact in binary64
     * @param radius codes taken on either side of each, 0 for none
     */
    public static CodeSpace boundaries(ScalarFormat source, ScalarFormat target, int radius) {
        if (target.width() > BOUNDARY_BITS) {
            throw new IllegalArgumentException("width of a format with boundaries must be at most " + BOUNDARY_BITS
                    + ", that of " + target + " is " + target.width());
        }
        double[] points = points(target);
        Codec codec = Codec.of(source, Policies.IEEE);
        long[] specials = specials(source);
        long[] codes = Arrays.copyOf(specials, specials.length + 2 * points.length + 1);
        int n = specials.length;
        for (int i = 0; i < points.length; i++) {
            codes[n++] = codec.encodeLong(points[i], 0, null);
            if (i > 0) {
                codes[n++] = codec.encodeLong(points[i - 1] / 2 + points[i] / 2, 0, null);
            }
        }
        if (target instanceof FloatFormat f) {
            // the last midpoint below the normal numbers if the exponent were unbounded: where tininess is judged
            double tiny = Math.scalb(1.0, f.emin()) - Math.scalb(1.0, f.emin() - f.precision() - 1);
            codes[n++] = codec.encodeLong(tiny, 0, null);
            codes[n++] = codec.encodeLong(-tiny, 0, null);
        }
        String name = source.name() + " within " + radius + " of the boundaries of " + target.name();
        return around(source, name, Arrays.copyOf(codes, n), radius);
    }

    /** The finite numbers of a format, and one beyond each limit as if there were more, in ascending order, each once. */
    private static double[] points(ScalarFormat target) {
        Codec codec = Codec.of(target);
        DoubleSummaryStatistics range = numbers(codec).summaryStatistics();
        double step = target instanceof FloatFormat f
                ? Math.scalb(1.0, Math.getExponent(range.getMax()) - f.precision() + 1)
                : Math.scalb(1.0, ((IntFormat) target).scaleExponent());
        boolean belowZero = range.getMin() < 0 || target instanceof IntFormat;
        DoubleStream beyond = DoubleStream.of(range.getMax() + step, belowZero ? range.getMin() - step : 0);
        return DoubleStream.concat(numbers(codec), beyond).sorted().distinct().toArray();
    }

    private static DoubleStream numbers(Codec codec) {
        return LongStream.rangeClosed(0, codec.format().codeMask())
                .mapToDouble(codec::decode)
                .filter(Double::isFinite)
                .map(x -> x + 0.0); // one zero
    }

    /** The zeros, limits and NaNs of a format. */
    private static long[] specials(ScalarFormat source) {
        if (!(source instanceof FloatFormat f)) {
            return new long[] {0, source.codeMask(), source.codeMask() >>> 1};
        }
        long largest = f.maxFiniteCode();
        long top = f.magnitudeMask();
        long[] magnitudes = {
            0, largest, Math.min(largest + 1, top), Math.min(largest + 2, top), largest + 1 | f.quietBit() & top, top
        };
        long sign = f.signed() ? f.signMask() : 0;
        return LongStream.concat(
                        Arrays.stream(magnitudes), Arrays.stream(magnitudes).map(m -> m | sign))
                .toArray();
    }

    private static CodeSpace around(ScalarFormat format, String name, long[] codes, int radius) {
        if (codes.length == 0 || radius < 0) {
            throw new IllegalArgumentException(
                    "at least one code and a radius of at least 0 are needed: " + codes.length + ", " + radius);
        }
        // with the highest bit inverted, unsigned order is that of long
        long[] sorted = new long[codes.length];
        for (int i = 0; i < codes.length; i++) {
            sorted[i] = format.requireCode(codes[i]) ^ Long.MIN_VALUE;
        }
        Arrays.sort(sorted);
        long[] first = new long[sorted.length];
        long[] last = new long[sorted.length];
        int n = 0;
        for (long code : sorted) {
            long unsigned = code ^ Long.MIN_VALUE;
            long below = Long.compareUnsigned(unsigned, radius) < 0 ? unsigned : radius;
            long above = Long.compareUnsigned(format.codeMask() - unsigned, radius) < 0
                    ? format.codeMask() - unsigned
                    : radius;
            long from = unsigned - below;
            long to = unsigned + above;
            if (n > 0 && (from == 0 || Long.compareUnsigned(from - 1, last[n - 1]) <= 0)) {
                last[n - 1] = Long.compareUnsigned(to, last[n - 1]) > 0 ? to : last[n - 1];
            } else {
                first[n] = from;
                last[n++] = to;
            }
        }
        return new CodeSpace(format, name, Arrays.copyOf(first, n), Arrays.copyOf(last, n));
    }

    @Override
    public String id() {
        if (first.length == 1 && first[0] == 0 && last[0] == format.codeMask()) {
            return "all " + format.name();
        }
        if (first.length <= 4 && name.isEmpty()) {
            List<String> ranges = new ArrayList<>();
            for (int i = 0; i < first.length; i++) {
                ranges.add(hex(format, first[i]) + ".." + hex(format, last[i]));
            }
            return format.name() + " " + String.join(", ", ranges);
        }
        long hash = 0;
        for (int i = 0; i < first.length; i++) {
            hash = Digest.mix(Digest.mix(hash ^ first[i]) ^ last[i]);
        }
        return String.format(
                Locale.ROOT, "%s in %d ranges (%016x)", name.isEmpty() ? format.name() : name, first.length, hash);
    }

    private static String hex(ScalarFormat format, long code) {
        return String.format(Locale.ROOT, "%0" + format.hexDigits() + "x", code);
    }

    @Override
    public List<ScalarFormat> formats() {
        return List.of(format);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void fill(long index, int count, long[][] operands) {
        long[] inputs = operands[0];
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
    public String toString() {
        return id();
    }
}
