package org.bitexact.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.ScalarFormat;

/**
 * Converts a stream of codes in their {@linkplain Container containers}, in memory that does not grow with the stream.
 *
 * <p>Whatever whole elements a read brings are converted and written at once, so that a partner at the other end of a
 * pipe is not kept waiting. Sources of at most 16 bits go through a table of all codes once enough of them have come
 * to pay for it.
 */
final class RawConversion {
    /** Elements read and written at a time. */
    private static final int CHUNK = 1 << 16;
    /** Elements converted at a time; their codes stay in the first-level cache. */
    private static final int BLOCK = 1 << 11;
    /** Elements converted one by one before the table is made. */
    private static final long BEFORE_TABLE = 1 << 14;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Converter converter;
    private final ScalarFormat source;
    private final Container from;
    private final Container to;
    private final boolean stochastic;
    private final int randomBits;
    private final long seed;
    private final boolean narrowTarget;
    private final long[] codes = new long[BLOCK];

    /** Number of containers of a source that goes through a table, otherwise 0. */
    private final int tableSize;
    /**
     * The containers of the results, one after the other, for all contents of a source's container; zeros for those that
     * are no code. Empty until it is made.
     */
    private byte[] table = {};

    /**
     * @param source the format of the input
     * @param target the format of the output and the policies
     * @param seed the seed of stochastic rounding
     */
    RawConversion(ScalarFormat source, Codec target, long seed) {
        this.source = source;
        this.seed = seed;
        converter = Converter.of(source, target);
        from = Container.of(source);
        to = Container.of(target.format());
        stochastic = target.policies().rounding().isStochastic();
        randomBits = target.policies().randomBits();
        narrowTarget = target.format().width() <= 32;
        tableSize = stochastic || from.bytes() > 2 ? 0 : 1 << 8 * from.bytes();
    }

    /**
     * Converts all of a stream.
     *
     * @throws UsageException if it holds something that is no code, or ends inside an element
     */
    void run(InputStream in, OutputStream out, Progress progress) throws IOException {
        int width = from.bytes();
        byte[] input = new byte[CHUNK * width];
        byte[] output = new byte[CHUNK * to.bytes()];
        long done = 0;
        int held = 0;
        while (true) {
            int count = in.read(input, held, input.length - held);
            if (count < 0) {
                break;
            }
            held += count;
            int n = held / width;
            if (n > 0) {
                convert(input, n, output, done);
                out.write(output, 0, n * to.bytes());
                done += n;
                int used = n * width;
                System.arraycopy(input, used, input, 0, held - used);
                held -= used;
                progress.bytes(done * width);
            }
        }
        if (held > 0) {
            throw new UsageException("the input ends inside an element: " + (done * width + held)
                    + " bytes are no multiple of the " + width + " that a code of " + source + " takes");
        }
    }

    /** Converts {@code n} elements, the first of which is number {@code index} of the stream. */
    private void convert(byte[] input, int n, byte[] output, long index) {
        if (tableSize > 0 && table.length == 0 && index + n >= BEFORE_TABLE) {
            table = makeTable();
        }
        for (int start = 0; start < n; start += BLOCK) {
            int m = Math.min(BLOCK, n - start);
            if (table.length > 0) {
                if ((look(input, start, m, output) & from.unused()) == 0) {
                    continue;
                }
                // something is no code: the loading below tells what
            }
            load(input, start, m, index);
            convert(m, index + start);
            store(m, output, start);
        }
    }

    /** Converts {@link #codes} in place. */
    private void convert(int n, long index) {
        long[] c = codes;
        if (!narrowTarget || stochastic) {
            for (int i = 0; i < n; i++) {
                long random = stochastic ? CounterRandom.bits(seed, index + i, randomBits) : 0;
                c[i] = converter.convertLong(c[i], random, null);
            }
        } else {
            for (int i = 0; i < n; i++) {
                c[i] = converter.convertWithFlags(c[i], 0) & 0xffff_ffffL;
            }
        }
    }

    private byte[] makeTable() {
        byte[] made = new byte[tableSize * to.bytes()];
        int codeCount = 1 << source.width();
        for (int start = 0; start < codeCount; start += BLOCK) {
            int m = Math.min(BLOCK, codeCount - start);
            for (int i = 0; i < m; i++) {
                codes[i] = start + i;
            }
            convert(m, start);
            store(m, made, start);
        }
        return made;
    }

    /** Reads containers into {@link #codes}, and checks their unused bits. */
    private void load(byte[] input, int start, int n, long index) {
        long[] c = codes;
        long any = 0;
        switch (from.bytes()) {
            case 1 -> {
                for (int i = 0; i < n; i++) {
                    long v = input[start + i] & 0xff;
                    any |= v;
                    c[i] = v;
                }
            }
            case 2 -> {
                for (int i = 0; i < n; i++) {
                    long v = (short) SHORTS.get(input, 2 * (start + i)) & 0xffff;
                    any |= v;
                    c[i] = v;
                }
            }
            case 4 -> {
                for (int i = 0; i < n; i++) {
                    long v = (int) INTS.get(input, 4 * (start + i)) & 0xffff_ffffL;
                    any |= v;
                    c[i] = v;
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    long v = (long) LONGS.get(input, 8 * (start + i));
                    any |= v;
                    c[i] = v;
                }
            }
        }
        if ((any & from.unused()) != 0) {
            throw noCode(n, index + start);
        }
        int shift = from.shift();
        if (shift != 0) {
            for (int i = 0; i < n; i++) {
                c[i] >>>= shift;
            }
        }
    }

    private UsageException noCode(int n, long index) {
        int bad = 0;
        while (bad < n - 1 && (codes[bad] & from.unused()) == 0) {
            bad++;
        }
        String digits = String.format("0x%0" + 2 * from.bytes() + "x", codes[bad]);
        return new UsageException("byte " + (index + bad) * from.bytes() + ": not a code of " + source + ", whose "
                + (from.shift() > 0 ? "low " + from.shift() : "high " + (8 * from.bytes() - source.width()))
                + " bits must be zero: " + digits);
    }

    /** Writes {@link #codes} into containers. */
    private void store(int n, byte[] output, int start) {
        long[] c = codes;
        int shift = to.shift();
        switch (to.bytes()) {
            case 1 -> {
                for (int i = 0; i < n; i++) {
                    output[start + i] = (byte) c[i];
                }
            }
            case 2 -> {
                for (int i = 0; i < n; i++) {
                    SHORTS.set(output, 2 * (start + i), (short) c[i]);
                }
            }
            case 4 -> {
                for (int i = 0; i < n; i++) {
                    INTS.set(output, 4 * (start + i), (int) c[i] << shift);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    LONGS.set(output, 8 * (start + i), c[i]);
                }
            }
        }
    }

    /**
     * Converts containers by the table.
     *
     * @return all containers read, ored together
     */
    private int look(byte[] input, int start, int n, byte[] output) {
        return from.bytes() == 1 ? look1(input, start, n, output) : look2(input, start, n, output);
    }

    private int look1(byte[] input, int start, int n, byte[] output) {
        byte[] t = table;
        int any = 0;
        switch (to.bytes()) {
            case 1 -> {
                for (int i = start; i < start + n; i++) {
                    int v = input[i] & 0xff;
                    any |= v;
                    output[i] = t[v];
                }
            }
            case 2 -> {
                for (int i = start; i < start + n; i++) {
                    int v = input[i] & 0xff;
                    any |= v;
                    SHORTS.set(output, 2 * i, (short) SHORTS.get(t, 2 * v));
                }
            }
            case 4 -> {
                for (int i = start; i < start + n; i++) {
                    int v = input[i] & 0xff;
                    any |= v;
                    INTS.set(output, 4 * i, (int) INTS.get(t, 4 * v));
                }
            }
            default -> {
                for (int i = start; i < start + n; i++) {
                    int v = input[i] & 0xff;
                    any |= v;
                    LONGS.set(output, 8 * i, (long) LONGS.get(t, 8 * v));
                }
            }
        }
        return any;
    }

    private int look2(byte[] input, int start, int n, byte[] output) {
        byte[] t = table;
        int any = 0;
        switch (to.bytes()) {
            case 1 -> {
                for (int i = start; i < start + n; i++) {
                    int v = (short) SHORTS.get(input, 2 * i) & 0xffff;
                    any |= v;
                    output[i] = t[v];
                }
            }
            case 2 -> {
                for (int i = start; i < start + n; i++) {
                    int v = (short) SHORTS.get(input, 2 * i) & 0xffff;
                    any |= v;
                    SHORTS.set(output, 2 * i, (short) SHORTS.get(t, 2 * v));
                }
            }
            case 4 -> {
                for (int i = start; i < start + n; i++) {
                    int v = (short) SHORTS.get(input, 2 * i) & 0xffff;
                    any |= v;
                    INTS.set(output, 4 * i, (int) INTS.get(t, 4 * v));
                }
            }
            default -> {
                for (int i = start; i < start + n; i++) {
                    int v = (short) SHORTS.get(input, 2 * i) & 0xffff;
                    any |= v;
                    LONGS.set(output, 8 * i, (long) LONGS.get(t, 8 * v));
                }
            }
        }
        return any;
    }
}
