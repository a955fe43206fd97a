package org.example.consumer;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.bitexact.array.ArrayArithmetic;
import org.bitexact.array.ArrayCodec;
import org.bitexact.array.Packing;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.Rounding;

/**
 * Converts and computes in bulk, and prints a checksum of each result; then which kernels were chosen.
 *
 * <p>The first argument is the kernel that encoding E4M3 is to end with, the second that of FP16; it is worked for at most
 * half a minute until they are chosen.
 */
public final class KernelReport {
    private static final int N = 1 << 16;
    /** What every kernel on every JVM must give. */
    private static final long SUM = 0x5d93_52baL;

    private KernelReport() {}

    /**
     * Prints the report.
     *
     * @param args names of kernels
     */
    public static void main(String[] args) {
        float[] values = new float[N];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < N; i++) {
            // every pattern, and mostly those of usual magnitude
            int bits = random.nextInt();
            values[i] = Float.intBitsToFloat((i & 3) == 0 ? bits : bits & 0x87ff_ffff | 0x3800_0000);
        }
        ArrayCodec e4m3 = ArrayCodec.of(Codec.of(Formats.OCP_E4M3));
        ArrayCodec half = ArrayCodec.of(Codec.of(Formats.BINARY16));
        ArrayCodec down = ArrayCodec.of(Codec.of(Formats.BFLOAT16).rounding(Rounding.TOWARD_NEGATIVE));
        ArrayCodec dice = ArrayCodec.of(Codec.of(Formats.OCP_E5M2).stochastic(Rounding.STOCHASTIC_A, 16))
                .withSeed(1, 0);
        ArrayCodec dense = ArrayCodec.of(Codec.of(Formats.OCP_E2M1)).packed(Packing.lowFirst(4));
        ArrayArithmetic arithmetic = ArrayArithmetic.of(Codec.of(Formats.BINARY16));
        byte[] bytes = new byte[N];
        short[] halves = new short[N];
        short[] shorts = new short[N];
        float[] decoded = new float[N];
        long end = System.nanoTime() + 30_000_000_000L;
        do {
            CRC32 sum = new CRC32();
            e4m3.encode(values, 0, bytes, 0, N);
            sum.update(bytes);
            dice.encode(values, 0, bytes, 0, N);
            sum.update(bytes);
            dense.encode(values, 0, bytes, 0, N);
            sum.update(bytes);
            half.encode(values, 0, halves, 0, N);
            update(sum, halves);
            down.encode(values, 0, shorts, 0, N);
            update(sum, shorts);
            arithmetic.fma(halves, 0, halves, 0, halves, 0, shorts, 0, N);
            update(sum, shorts);
            half.decode(halves, 0, decoded, 0, N);
            for (int i = 0; i < N; i++) {
                int bits = Float.floatToRawIntBits(decoded[i]);
                shorts[i] = (short) (bits ^ bits >>> 16);
            }
            update(sum, shorts);
            if (sum.getValue() != SUM) {
                System.out.println("wrong: " + Long.toHexString(sum.getValue()));
                return;
            }
        } while (System.nanoTime() < end
                && !(e4m3.encodeKernel().equals(args[0]) && half.encodeKernel().equals(args[1])));
        System.out.printf(Locale.ROOT, "right %s %s%n", e4m3.encodeKernel(), half.encodeKernel());
    }

    private static void update(CRC32 sum, short[] codes) {
        for (short code : codes) {
            sum.update(code);
            sum.update(code >>> 8);
        }
    }
}
