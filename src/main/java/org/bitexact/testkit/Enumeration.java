package org.bitexact.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bitexact.format.ScalarFormat;

/**
 * All codes of a format, or all combinations of two or three, or one of several equal parts of them.
 *
 * <p>Combinations are numbered from 0, the first code counting fastest; a part is a run of consecutive numbers. The parts
 * of an enumeration are disjoint and together complete.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class Enumeration {
    private final List<ScalarFormat> formats;
    private final long from;
    private final long to;

    private Enumeration(List<ScalarFormat> formats, long from, long to) {
        this.formats = formats;
        this.from = from;
        this.to = to;
    }

    /**
     * {@return all codes of a format}
     *
     * @param format a format of at most 62 bits
     */
    public static Enumeration codes(ScalarFormat format) {
        return of(List.of(format));
    }

    /**
     * {@return all pairs of codes}
     *
     * @param a format of the first codes
     * @param b format of the second codes; together at most 62 bits
     */
    public static Enumeration pairs(ScalarFormat a, ScalarFormat b) {
        return of(List.of(a, b));
    }

    /**
     * {@return all triples of codes}
     *
     * @param a format of the first codes
     * @param b format of the second codes
     * @param c format of the third codes; together at most 62 bits
     */
    public static Enumeration triples(ScalarFormat a, ScalarFormat b, ScalarFormat c) {
        return of(List.of(a, b, c));
    }

    /**
     * {@return all operands of an operation}
     *
     * @param function the operation; its operands have at most 62 bits together
     */
    public static Enumeration of(ScalarFunction function) {
        return of(function.operands());
    }

    private static Enumeration of(List<ScalarFormat> formats) {
        int bits = formats.stream().mapToInt(ScalarFormat::width).sum();
        if (bits > 62) {
            throw new IllegalArgumentException(
                    "formats must have at most 62 bits together: " + formats + " have " + bits);
        }
        return new Enumeration(List.copyOf(formats), 0, 1L << bits);
    }

    /**
     * {@return one of several equal parts}
     *
     * @param index which one, 1 to {@code count}
     * @param count number of parts, 1 to 2^20
     */
    public Enumeration shard(int index, int count) {
        if (count < 1 || count > 1 << 20 || index < 1 || index > count) {
            throw new IllegalArgumentException(
                    "shard must be i of n with i in [1, n] and n in [1, 2^20]: " + index + " of " + count);
        }
        return new Enumeration(formats, from + boundary(index - 1, count), from + boundary(index, count));
    }

    /** {@code floor(size * part / count)} without overflow. */
    private long boundary(long part, long count) {
        long size = to - from;
        return size / count * part + size % count * part / count;
    }

    /** {@return the formats of the codes in a combination} */
    public List<ScalarFormat> formats() {
        return formats;
    }

    /** {@return the number of combinations} */
    public long size() {
        return to - from;
    }

    /**
     * {@return a combination}
     *
     * @param index its number in this part, from 0 to below {@link #size()}
     */
    public long[] get(long index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("index must be in [0, " + size() + "): " + index);
        }
        long rest = from + index;
        long[] codes = new long[formats.size()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = rest & formats.get(i).codeMask();
            rest >>>= formats.get(i).width();
        }
        return codes;
    }

    /** {@return the combinations, in order} */
    public Stream<long[]> tuples() {
        return LongStream.range(0, size()).mapToObj(this::get);
    }

    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        formats.forEach(f -> names.add(f.name()));
        return "all " + String.join(" x ", names) + " [" + from + ", " + to + ")";
    }
}
