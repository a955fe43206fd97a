package org.bitexact.internal.array;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CodecTestData;
import org.bitexact.codec.Converter;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;

/** Holds kernels against the codec, element by element, with guards around what they may write. */
public final class KernelCheck {
    private static final int GUARD = 5;
    private static final Codec BINARY32 = Codec.of(Formats.BINARY32);

    private KernelCheck() {}

    /**
     * Values that show where a format's conversion changes: its numbers and midpoints, with the binary32 numbers beside
     * them, of both signs; zeros, subnormal numbers, infinities, NaNs with payloads; random patterns.
     */
    public static float[] values(ScalarFormat format, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] boundaries = format instanceof FloatFormat f && f.width() <= 10
                ? CodecTestData.boundaries(f)
                : sampled(format, random);
        int[] special = {
            0,
            1,
            2,
            0x007f_ffff,
            0x0080_0000,
            0x0080_0001,
            0x3f80_0000,
            0x7f7f_ffff,
            0x7f80_0000,
            0x7f80_0001,
            0x7fbf_ffff,
            0x7fc0_0000,
            0x7fc0_2000,
            0x7fff_ffff,
            0x7fa0_1234,
            0x7f80_2000,
            0x4b00_0000,
            0x4f00_0000
        };
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            int bits = switch (random.nextInt(8)) {
                case 0 -> special[random.nextInt(special.length)];
                case 1 -> random.nextInt();
                case 2 -> random.nextInt() & random.nextInt() & random.nextInt();
                default ->
                    Float.floatToRawIntBits((float) boundaries[random.nextInt(boundaries.length)])
                            + random.nextInt(3)
                            - 1;
            };
            values[i] = Float.intBitsToFloat(random.nextBoolean() ? bits : bits ^ Integer.MIN_VALUE);
        }
        return values;
    }

    /** Numbers of a wide format and points between them, each fraction with few bits. */
    private static double[] sampled(ScalarFormat format, SplittableRandom random) {
        double[] points = new double[2000];
        int t = format instanceof FloatFormat f ? f.trailingBits() : format.width();
        int low = format instanceof FloatFormat f ? Math.max(f.emin() - 3, -149) : -2;
        int high = format instanceof FloatFormat f ? Math.min(f.emax() + 2, 128) : format.width() + 2;
        for (int i = 0; i < points.length; i++) {
            int kept = Math.min(random.nextInt(t + 3), 23);
            double significand = 1 + (double) (random.nextInt() & (1 << kept) - 1) / (1 << kept);
            points[i] = Math.scalb(significand, random.nextInt(low, high + 1));
        }
        return points;
    }

    /**
     * Fails unless an encoder gives the codec's codes into every element type that holds them, for runs of several
     * lengths and offsets, and leaves the elements around them alone.
     */
    public static void encoder(Encoder encoder, ScalarFormat format, Policies policies, long seed, float[] values) {
        int[] lengths = {values.length, 0, 1, 17, values.length / 2};
        for (int j = 0; j < lengths.length; j++) {
            int n = Math.min(lengths[j], values.length - j);
            int from = j;
            int to = GUARD + j;
            long index = j == 0 ? 0 : 1_000_003L * j;
            long[] expected = expectedCodes(format, policies, seed, values, from, n, index);
            if (format.width() <= 8) {
                byte[] dst = new byte[n + 2 * GUARD + j];
                Arrays.fill(dst, (byte) 0xa5);
                encoder.encode(values, from, dst, to, n, index);
                compare(format, policies, values, from, expected, i -> dst[to + i] & 0xff);
                guards(dst.length, to, n, i -> dst[i] == (byte) 0xa5);
            }
            if (format.width() <= 16) {
                short[] dst = new short[n + 2 * GUARD + j];
                Arrays.fill(dst, (short) 0xa5a5);
                encoder.encode(values, from, dst, to, n, index);
                compare(format, policies, values, from, expected, i -> dst[to + i] & 0xffff);
                guards(dst.length, to, n, i -> dst[i] == (short) 0xa5a5);
            }
            int[] dst = new int[n + 2 * GUARD + j];
            Arrays.fill(dst, 0xa5a5_a5a5);
            encoder.encode(values, from, dst, to, n, index);
            compare(format, policies, values, from, expected, i -> dst[to + i] & 0xffff_ffffL);
            guards(dst.length, to, n, i -> dst[i] == 0xa5a5_a5a5);
        }
    }

    /** Fails unless a kernel stores the codec's codes where they belong, for runs of many lengths, and nothing elsewhere. */
    public static void storingEncoder(
            ArrayKernel kernel, ScalarFormat format, Policies policies, long seed, Storage storage) {
        int width = format.width();
        float[] values = values(format, 700, policies.hashCode());
        int[] lengths = {0, 1, 7, 15, 16, 17, 18, 31, 32, 33, 35, 47, 64, 65, 79, 600, 601};
        for (int j = 0; j < lengths.length; j++) {
            int n = lengths[j];
            int to = j % GUARD;
            long index = 1_000_003L * j;
            long[] expected = expectedCodes(format, policies, seed, values, j, n, index);
            if (storage == Storage.HIGH_BITS) {
                int[] dst = new int[to + n + GUARD];
                Arrays.fill(dst, 0xa5a5_a5a5);
                kernel.apply(values, j, dst, to, n, index);
                compare(format, policies, values, j, expected, i -> (dst[to + i] & 0xffff_ffffL) >>> 32 - width);
                compare(format, policies, values, j, new long[n], i -> (long) dst[to + i] << width & 0xffff_ffffL);
                guards(dst.length, to, n, i -> dst[i] == 0xa5a5_a5a5);
            } else {
                byte[] codes = new byte[n];
                for (int i = 0; i < n; i++) {
                    codes[i] = (byte) expected[i];
                }
                byte[] dense = dense(codes, 0, n, width, storage == Storage.HIGH_FIRST);
                long[] bytes = new long[dense.length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = dense[i] & 0xff;
                }
                byte[] dst = new byte[to + dense.length + GUARD];
                Arrays.fill(dst, (byte) 0xa5);
                kernel.apply(values, j, dst, to, n, index);
                compare(format, policies, values, j, bytes, i -> dst[to + i] & 0xff);
                guards(dst.length, to, dense.length, i -> dst[i] == (byte) 0xa5);
            }
        }
    }

    /** The codes by the codec. */
    public static long[] expectedCodes(
            ScalarFormat format, Policies policies, long seed, float[] values, int from, int n, long index) {
        Codec codec = Codec.of(format, policies);
        int bits = policies.randomBits();
        long[] codes = new long[n];
        for (int i = 0; i < n; i++) {
            long random = bits == 0 ? 0 : CounterRandom.bits(seed, index + i, bits);
            codes[i] = codec.encodeFloatBits(Float.floatToRawIntBits(values[from + i]), random) & 0xffff_ffffL;
        }
        return codes;
    }

    private interface Element {
        long at(int i);
    }

    private interface Guard {
        boolean holds(int i);
    }

    private static void compare(
            ScalarFormat format, Policies policies, float[] values, int from, long[] expected, Element actual) {
        for (int i = 0; i < expected.length; i++) {
            if (actual.at(i) != expected[i]) {
                throw new AssertionError(String.format(
                        "%s %s: value %d of %d, %a (0x%08x), gives 0x%x, must be 0x%x",
                        format,
                        policies,
                        i,
                        expected.length,
                        values[from + i],
                        Float.floatToRawIntBits(values[from + i]),
                        actual.at(i),
                        expected[i]));
            }
        }
    }

    private static void guards(int length, int to, int n, Guard guard) {
        for (int i = 0; i < length; i++) {
            if ((i < to || i >= to + n) && !guard.holds(i)) {
                throw new AssertionError("element " + (i - to) + " is written, only those in [0, " + n + ") may be");
            }
        }
    }

    /** Fails unless a decoder gives the converter's patterns for codes of every element type, whatever lies above them. */
    public static void decoder(Decoder decoder, ScalarFormat format) {
        Converter converter = Converter.of(format, BINARY32);
        SplittableRandom random = new SplittableRandom(format.width());
        int n = format.width() <= 16 ? 1 << format.width() : 1 << 16;
        int[] codes = new int[n + 1];
        int[] expected = new int[n];
        for (int i = 0; i < n; i++) {
            int code = (format.width() <= 16 ? i : hard(random)) & (int) format.codeMask();
            codes[i + 1] = code | random.nextInt() & ~(int) format.codeMask();
            expected[i] = converter.convert(code);
        }
        byte[] bytes = new byte[format.width() <= 8 ? n + 1 : 0];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) codes[i];
        }
        short[] shorts = new short[format.width() <= 16 ? n + 1 : 0];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = (short) codes[i];
        }
        for (int length : IntStream.concat(IntStream.rangeClosed(0, Math.min(n, 100)), IntStream.of(n))
                .toArray()) {
            if (bytes.length > 0) {
                float[] dst = guarded(length);
                decoder.decode(bytes, 1, dst, GUARD, length);
                compare(format, codes, expected, dst, length);
            }
            if (shorts.length > 0) {
                float[] dst = guarded(length);
                decoder.decode(shorts, 1, dst, GUARD, length);
                compare(format, codes, expected, dst, length);
            }
            float[] dst = guarded(length);
            decoder.decode(codes, 1, dst, GUARD, length);
            compare(format, codes, expected, dst, length);
        }
    }

    /** A pattern whose exponent field is often all zeros or all ones in formats of more than 16 bits. */
    private static int hard(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt() & 0x8007_ffff;
            case 1 -> random.nextInt() | 0x7ff8_0000;
            default -> random.nextInt();
        };
    }

    private static float[] guarded(int n) {
        float[] dst = new float[n + 2 * GUARD];
        Arrays.fill(dst, -123);
        return dst;
    }

    private static void compare(ScalarFormat format, int[] codes, int[] expected, float[] dst, int n) {
        for (int i = 0; i < n; i++) {
            int actual = Float.floatToRawIntBits(dst[GUARD + i]);
            if (actual != expected[i]) {
                throw new AssertionError(String.format(
                        "%s: code 0x%x gives 0x%08x, must be 0x%08x", format, codes[i + 1], actual, expected[i]));
            }
        }
        guards(dst.length, GUARD, n, i -> dst[i] == -123);
    }

    /**
     * Fails unless a decoder of dense storage gives the converter's patterns for every code, in runs of 0 to 100 codes and a
     * long one, and leaves the elements around them alone.
     */
    public static void denseDecoder(ArrayKernel decoder, ScalarFormat format, boolean highFirst) {
        Converter converter = Converter.of(format, BINARY32);
        SplittableRandom random = new SplittableRandom(format.width());
        int width = format.width();
        for (int n : IntStream.concat(IntStream.rangeClosed(0, 100), IntStream.of(5000))
                .toArray()) {
            int from = n % 7;
            int[] codes = new int[n + 1];
            int[] expected = new int[n];
            byte[] bytes = new byte[n];
            for (int i = 0; i < n; i++) {
                codes[i + 1] = random.nextInt(1 << width);
                expected[i] = converter.convert(codes[i + 1]);
                bytes[i] = (byte) codes[i + 1];
            }
            byte[] dense = dense(bytes, 0, n, width, highFirst);
            byte[] src = new byte[from + dense.length];
            System.arraycopy(dense, 0, src, from, dense.length);
            float[] dst = guarded(n);
            decoder.apply(src, from, dst, GUARD, n, 0);
            compare(format, codes, expected, dst, n);
        }
    }

    /** Fails unless a packer puts codes where a string of binary digits has them, for runs of 0 to 100 codes. */
    public static void packer(Packer packer, int width, boolean highFirst) {
        SplittableRandom random = new SplittableRandom(31L * width + (highFirst ? 1 : 0));
        for (int n = 0; n <= 100; n++) {
            int from = n % 7;
            int to = n % 5;
            byte[] codes = new byte[from + n + GUARD];
            random.nextBytes(codes);
            for (int i = 0; i < codes.length; i++) {
                codes[i] &= (byte) ((1 << width) - 1);
            }
            byte[] dense = dense(codes, from, n, width, highFirst);
            byte[] dst = new byte[to + dense.length + GUARD];
            Arrays.fill(dst, (byte) 0xa5);
            packer.pack(codes, from, dst, to, n);
            for (int i = 0; i < dense.length; i++) {
                if (dst[to + i] != dense[i]) {
                    throw new AssertionError(String.format(
                            "%d codes of %d bits, high first %b: byte %d is 0x%02x, must be 0x%02x",
                            n, width, highFirst, i, dst[to + i], dense[i]));
                }
            }
            guards(dst.length, to, dense.length, i -> dst[i] == (byte) 0xa5);

            // what lies in unused bits does not matter
            byte[] src = dst.clone();
            if (dense.length > 0) {
                int unused = 8 * dense.length - n * width;
                int mask = (1 << unused) - 1;
                src[to + dense.length - 1] |= (byte) (highFirst ? mask : mask << 8 - unused);
            }
            byte[] back = new byte[from + n + GUARD];
            Arrays.fill(back, (byte) 0xa5);
            packer.unpack(src, to, back, from, n);
            if (!Arrays.equals(back, from, from + n, codes, from, from + n)) {
                throw new AssertionError(
                        n + " codes of " + width + " bits, high first " + highFirst + ", do not come back");
            }
            guards(back.length, from, n, i -> back[i] == (byte) 0xa5);
        }
    }

    /** The layout as a string of digits: written left to right, or right to left with the first byte last. */
    private static byte[] dense(byte[] codes, int from, int n, int width, boolean highFirst) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < n; i++) {
            String code = Integer.toBinaryString(codes[from + i] | 1 << width).substring(1);
            if (highFirst) {
                digits.append(code);
            } else {
                digits.insert(0, code);
            }
        }
        while (digits.length() % 8 != 0) {
            if (highFirst) {
                digits.append('0');
            } else {
                digits.insert(0, '0');
            }
        }
        byte[] bytes = new byte[digits.length() / 8];
        for (int i = 0; i < bytes.length; i++) {
            int at = highFirst ? 8 * i : digits.length() - 8 * (i + 1);
            bytes[i] = (byte) Integer.parseInt(digits.substring(at, at + 8), 2);
        }
        return bytes;
    }
}
