package org.bitexact.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Locale;
import org.bitexact.array.ArrayCodec;
import org.bitexact.array.ArrayConverter;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/**
 * Converts a stream of codes in their {@linkplain Container containers}, in memory that does not grow with the stream.
 *
 * <p>Whatever whole elements a read brings are converted and written at once, so that a partner at the other end of a
 * pipe is not kept waiting.
 */
final class RawConversion {
    /** Elements read and written at a time. */
    private static final int CHUNK = 1 << 16;

    private final ScalarFormat source;
    private final Container from;
    private final Container to;
    private final Bulk bulk;

    /** Converts all of one buffer into another, given the position of the first element in the stream. */
    private interface Bulk {
        void convert(ByteBuffer src, ByteBuffer dst, long index);
    }

    /** Binary32 values through arrays that are used again: others would be new, and out of the caches, in each call. */
    private static final class FromFloats implements Bulk {
        private final ArrayCodec codec;
        private final long seed;
        private final float[] values = new float[CHUNK];
        private final byte[] bytes;
        private final short[] shorts;
        private final int[] ints;

        FromFloats(Codec target, long seed) {
            codec = ArrayCodec.of(target);
            this.seed = seed;
            int width = Container.of(target.format()).bytes();
            bytes = new byte[width == 1 ? CHUNK : 0];
            shorts = new short[width == 2 ? CHUNK : 0];
            ints = new int[width == 4 ? CHUNK : 0];
        }

        @Override
        public void convert(ByteBuffer src, ByteBuffer dst, long index) {
            int n = src.remaining() / Float.BYTES;
            src.asFloatBuffer().get(values, 0, n);
            ArrayCodec here = codec.withSeed(seed, index);
            if (bytes.length > 0) {
                here.encode(values, 0, bytes, 0, n);
                dst.put(bytes, 0, n);
            } else if (shorts.length > 0) {
                here.encode(values, 0, shorts, 0, n);
                dst.asShortBuffer().put(shorts, 0, n);
            } else {
                here.encode(values, 0, ints, 0, n);
                dst.asIntBuffer().put(ints, 0, n);
            }
        }
    }

    /**
     * @param source the format of the input
     * @param target the format of the output and the policies
     * @param seed the seed of stochastic rounding
     */
    RawConversion(ScalarFormat source, Codec target, long seed) {
        this.source = source;
        from = Container.of(source);
        to = Container.of(target.format());
        bulk = bulk(source, target, seed);
    }

    private static Bulk bulk(ScalarFormat source, Codec target, long seed) {
        if (is(Formats.BINARY32, source) && target.format().width() <= 32) {
            return new FromFloats(target, seed);
        }
        // the array layer takes binary64 as double, not as codes in long
        if (is(Formats.BINARY64, source) && !is(Formats.BINARY64, target.format())) {
            ArrayCodec codec = ArrayCodec.of(target).withSeed(seed, 0);
            return (src, dst, index) -> codec.withSeed(seed, index).encode(src.asDoubleBuffer(), dst);
        }
        if (is(Formats.BINARY64, target.format()) && target.policies().equals(Policies.IEEE) && source.width() <= 32) {
            ArrayCodec codec = ArrayCodec.of(Codec.of(source));
            return (src, dst, index) -> codec.decode(src, dst.asDoubleBuffer());
        }
        ArrayConverter converter = ArrayConverter.of(source, target).withSeed(seed, 0);
        return (src, dst, index) -> converter.withSeed(seed, index).convert(src, dst);
    }

    private static boolean is(FloatFormat wanted, ScalarFormat format) {
        return format instanceof FloatFormat f && f.sameEncoding(wanted);
    }

    /**
     * Converts all of a stream.
     *
     * @throws UsageException if it holds something that is no code, or ends inside an element
     */
    void run(ReadableByteChannel in, WritableByteChannel out, Progress progress) throws IOException {
        int width = from.bytes();
        ByteBuffer input = ByteBuffer.allocateDirect(CHUNK * width).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer output = ByteBuffer.allocateDirect(CHUNK * to.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        long done = 0;
        while (in.read(input) >= 0) {
            int n = input.position() / width;
            if (n > 0) {
                int end = input.position();
                ByteBuffer src =
                        input.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip().limit(n * width);
                try {
                    bulk.convert(src, output.clear().limit(n * to.bytes()), done);
                } catch (IllegalArgumentException e) {
                    throw explained(e, input, n, done);
                }
                output.rewind();
                while (output.hasRemaining()) {
                    out.write(output);
                }
                done += n;
                input.limit(end).position(n * width).compact();
                progress.bytes(done * width);
            }
        }
        if (input.position() > 0) {
            throw new UsageException("the input ends inside an element: " + (done * width + input.position())
                    + " bytes are no multiple of the " + width + " that a code of " + source + " takes");
        }
    }

    /** {@return which element is no code, which the array layer has found before it wrote anything} */
    private RuntimeException explained(IllegalArgumentException cause, ByteBuffer elements, int n, long index) {
        for (int i = 0; i < n; i++) {
            long element = element(elements, i);
            if ((element & from.unused()) != 0) {
                String digits = String.format(Locale.ROOT, "0x%0" + 2 * from.bytes() + "x", element);
                return new UsageException("byte " + (index + i) * from.bytes() + ": not a code of " + source
                        + ", whose "
                        + (from.shift() > 0 ? "low " + from.shift() : "high " + (8 * from.bytes() - source.width()))
                        + " bits must be zero: " + digits);
            }
        }
        return cause;
    }

    private long element(ByteBuffer elements, int i) {
        return switch (from.bytes()) {
            case 1 -> elements.get(i) & 0xff;
            case 2 -> elements.getShort(2 * i) & 0xffff;
            case 4 -> elements.getInt(4 * i) & 0xffff_ffffL;
            default -> elements.getLong(8 * i);
        };
    }
}
