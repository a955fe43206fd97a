package org.bitexact.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.internal.array.KernelCheck;
import org.bitexact.internal.array.KernelSelection;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bulk conversion of values into codes and back, in every storage. */
@Tag("fast")
class ArrayCodecTest {
    private static final ArrayCodec E4M3 = ArrayCodec.of(Codec.of(Formats.OCP_E4M3));
    private static final ArrayCodec HALF = ArrayCodec.of(Codec.of(Formats.BINARY16));
    private static final ArrayCodec TF32 = ArrayCodec.of(Codec.of(Formats.TF32));

    @Nested
    class Examples {
        @Test
        void encodesAndDecodesARange() {
            byte[] codes = new byte[5];
            E4M3.encode(new float[] {9, 0.1f, 448, 465, 9}, 1, codes, 2, 3);
            assertThat(codes).containsExactly(0, 0, 0x1d, 0x7e, 0x7f);
            float[] values = new float[4];
            E4M3.decode(codes, 2, values, 1, 3);
            assertThat(values).containsExactly(0, 0.1015625f, 448, Float.NaN);
        }

        @Test
        void snippetOfTheDocumentation() {
            Flags raised = new Flags();
            assertThat(ArrayCodecSnippets.encode(new float[] {1, -500, 0.3f}, raised))
                    .containsExactly(0x38, 0xfe, 0x2a);
            assertThat(raised).hasToString("..o.x");
            assertThat(ArrayCodecSnippets.convert(new short[] {0x3c00, 0x3c80, (short) 0xfc00}))
                    .containsExactly(0x3c, 0x3c, 0xfc);
        }

        @Test
        void tf32StandsInItsBinary32Container() {
            int[] codes = new int[3];
            TF32.encode(new float[] {1, -0.1f, Float.NaN}, 0, codes, 0, 3);
            assertThat(codes).containsExactly(0x3f80_0000, 0xbdcc_c000, 0x7fc0_0000);
            float[] values = new float[3];
            TF32.decode(codes, 0, values, 0, 3);
            assertThat(values).containsExactly(1, -0.099975586f, Float.NaN);
            ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            TF32.encode(FloatBuffer.wrap(new float[] {1}), bytes);
            assertThat(bytes.array()).containsExactly(0, 0, 0x80, 0x3f);
        }

        @Test
        void bufferTakesContainersInItsByteOrder() {
            for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                ByteBuffer bytes = ByteBuffer.allocate(6).order(order).position(1);
                HALF.encode(FloatBuffer.wrap(new float[] {1, -2}), bytes);
                assertThat(bytes.position()).isEqualTo(5);
                assertThat(bytes.getShort(1)).isEqualTo((short) 0x3c00);
                assertThat(bytes.getShort(3)).isEqualTo((short) 0xc000);
                FloatBuffer back = FloatBuffer.allocate(2);
                HALF.decode(bytes.position(1).limit(5), back);
                assertThat(back.array()).containsExactly(1, -2);
                assertThat(back.remaining()).isZero();
            }
        }

        @Test
        void packedCodesShareBytes() {
            float[] values = {0.5f, 1, 1.5f, -6, 3};
            ArrayCodec e2m1 = ArrayCodec.of(Codec.of(Formats.OCP_E2M1));
            byte[] dense = new byte[3];
            e2m1.packed(Packing.lowFirst(4)).encode(values, 0, dense, 0, 5);
            assertThat(dense).containsExactly(0x21, 0xf3, 0x05);
            e2m1.packed(Packing.highFirst(4)).encode(values, 0, dense, 0, 5);
            assertThat(dense).containsExactly(0x12, 0x3f, 0x50);
            float[] back = new float[5];
            e2m1.packed(Packing.highFirst(4)).decode(dense, 0, back, 0, 5);
            assertThat(back).isEqualTo(values);
            FloatBuffer four = FloatBuffer.allocate(4);
            ByteBuffer src = ByteBuffer.wrap(dense);
            e2m1.packed(Packing.highFirst(4)).decode(src, four);
            assertThat(four.array()).containsExactly(0.5f, 1, 1.5f, -6);
            assertThat(src.position()).isEqualTo(2);
        }

        @Test
        void signalingNanSurvivesAsTheRuleSays() {
            float[] signaling = {Float.intBitsToFloat(0xff80_2000)};
            short[] code = new short[1];
            HALF.encode(signaling, 0, code, 0, 1);
            assertThat(code[0]).isEqualTo((short) 0xfe01);
            ArrayCodec.of(Codec.of(Formats.BINARY16).nan(NanRule.KEEP_SIGNALING))
                    .encode(signaling, 0, code, 0, 1);
            assertThat(code[0]).isEqualTo((short) 0xfc01);
            Flags flags = new Flags();
            HALF.withFlags(flags).decode(code, 0, signaling, 0, 1);
            assertThat(flags.raised()).isEqualTo(Flags.INVALID);
            assertThat(Float.floatToRawIntBits(signaling[0])).isEqualTo(0xffc0_2000);
        }

        @Test
        void toldByItsKernel() {
            for (String family : List.of("scalar", "table")) {
                ArrayCodec codec = new ArrayCodec(Codec.of(Formats.OCP_E4M3), KernelSelection.of(family), 0);
                codec.encode(new float[1], 0, new byte[1], 0, 1);
                codec.decode(new byte[1], 0, new float[1], 0, 1);
                assertThat(codec.encodeKernel()).isEqualTo(family);
                assertThat(codec.decodeKernel()).isEqualTo(family);
            }
        }

        @Test
        void describesItself() {
            assertThat(E4M3.toString()).startsWith("ArrayCodec[e4m3, Policies[rounding=ties to even (rne)");
            assertThat(E4M3.withSeed(7, 3).seed()).isEqualTo(7);
            assertThat(E4M3.codec().format()).isSameAs(Formats.OCP_E4M3);
        }
    }

    // ------------------------------------------------------------------ every storage

    /** Memory for elements: what kind, how it is made, and how element {@code i} is read and written as bits. */
    private record Storage(String name, IntFunction<Object> make, int bits) {
        @Override
        public String toString() {
            return name;
        }

        boolean isArray() {
            return name.endsWith("[]");
        }
    }

    private static List<Storage> storages(boolean values) {
        List<Storage> all = new ArrayList<>();
        if (values) {
            all.add(new Storage("float[]", float[]::new, 32));
            all.add(new Storage("double[]", double[]::new, 64));
            all.add(new Storage("FloatBuffer", FloatBuffer::allocate, 32));
            all.add(new Storage("DoubleBuffer", DoubleBuffer::allocate, 64));
        } else {
            all.add(new Storage("byte[]", byte[]::new, 8));
            all.add(new Storage("short[]", short[]::new, 16));
            all.add(new Storage("int[]", int[]::new, 32));
            all.add(new Storage("long[]", long[]::new, 64));
            all.add(new Storage("ByteBuffer", ByteBuffer::allocate, 8));
            all.add(new Storage("ByteBuffer direct", ByteBuffer::allocateDirect, 8));
            all.add(new Storage("ShortBuffer", ShortBuffer::allocate, 16));
            all.add(new Storage("IntBuffer", IntBuffer::allocate, 32));
            all.add(new Storage("LongBuffer", LongBuffer::allocate, 64));
        }
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            String suffix = " direct " + order;
            IntFunction<ByteBuffer> bytes = n -> ByteBuffer.allocateDirect(n).order(order);
            if (values) {
                all.add(new Storage(
                        "FloatBuffer" + suffix, n -> bytes.apply(4 * n).asFloatBuffer(), 32));
                all.add(new Storage(
                        "DoubleBuffer" + suffix, n -> bytes.apply(8 * n).asDoubleBuffer(), 64));
            } else {
                all.add(new Storage(
                        "ShortBuffer" + suffix, n -> bytes.apply(2 * n).asShortBuffer(), 16));
                all.add(new Storage(
                        "IntBuffer" + suffix, n -> bytes.apply(4 * n).asIntBuffer(), 32));
                all.add(new Storage(
                        "LongBuffer" + suffix, n -> bytes.apply(8 * n).asLongBuffer(), 64));
            }
        }
        return all;
    }

    private static void set(Object memory, int i, long bits) {
        if (memory instanceof ByteBuffer b) {
            b.put(i, (byte) bits);
        } else if (memory instanceof ShortBuffer b) {
            b.put(i, (short) bits);
        } else if (memory instanceof IntBuffer b) {
            b.put(i, (int) bits);
        } else if (memory instanceof LongBuffer b) {
            b.put(i, bits);
        } else if (memory instanceof FloatBuffer b) {
            b.put(i, Float.intBitsToFloat((int) bits));
        } else if (memory instanceof DoubleBuffer b) {
            b.put(i, Double.longBitsToDouble(bits));
        } else {
            Elements.setBits(memory, i, bits);
        }
    }

    private static long get(Object memory, int i) {
        if (memory instanceof ByteBuffer b) {
            return b.get(i) & 0xff;
        } else if (memory instanceof ShortBuffer b) {
            return b.get(i) & 0xffff;
        } else if (memory instanceof IntBuffer b) {
            return b.get(i) & 0xffff_ffffL;
        } else if (memory instanceof LongBuffer b) {
            return b.get(i);
        } else if (memory instanceof FloatBuffer b) {
            return Float.floatToRawIntBits(b.get(i)) & 0xffff_ffffL;
        } else if (memory instanceof DoubleBuffer b) {
            return Double.doubleToRawLongBits(b.get(i));
        } else if (memory instanceof float[] a) {
            return Float.floatToRawIntBits(a[i]) & 0xffff_ffffL;
        } else if (memory instanceof double[] a) {
            return Double.doubleToRawLongBits(a[i]);
        }
        return Elements.element(memory, i);
    }

    /** Arrays become buffers where one side is a buffer; the methods for arrays are called where both are arrays. */
    private static Buffer buffer(Object memory, int from, int n) {
        Buffer buffer = memory instanceof Buffer b
                ? b
                : memory instanceof float[] f
                        ? FloatBuffer.wrap(f)
                        : memory instanceof double[] d
                                ? DoubleBuffer.wrap(d)
                                : memory instanceof byte[] b
                                        ? ByteBuffer.wrap(b)
                                        : memory instanceof short[] s
                                                ? ShortBuffer.wrap(s)
                                                : memory instanceof int[] i
                                                        ? IntBuffer.wrap(i)
                                                        : LongBuffer.wrap((long[]) memory);
        return buffer.limit(from + n).position(from);
    }

    private static void encode(ArrayCodec codec, Object src, int from, Object dst, int to, int n) {
        if (src instanceof float[] x && dst instanceof byte[] y) {
            codec.encode(x, from, y, to, n);
        } else if (src instanceof float[] x && dst instanceof short[] y) {
            codec.encode(x, from, y, to, n);
        } else if (src instanceof float[] x && dst instanceof int[] y) {
            codec.encode(x, from, y, to, n);
        } else if (src instanceof double[] x && dst instanceof byte[] y) {
            codec.encode(x, from, y, to, n);
        } else if (src instanceof double[] x && dst instanceof short[] y) {
            codec.encode(x, from, y, to, n);
        } else if (src instanceof double[] x && dst instanceof int[] y) {
            codec.encode(x, from, y, to, n);
        } else if (src instanceof double[] x && dst instanceof long[] y) {
            codec.encode(x, from, y, to, n);
        } else {
            Buffer a = buffer(src, from, n);
            Buffer b = buffer(dst, to, n);
            codec.encode(a, b);
            assertThat(a.position()).isEqualTo(from + n);
            assertThat(b.position()).isEqualTo(to + n);
            a.clear();
            b.clear();
        }
    }

    private static void decode(ArrayCodec codec, Object src, int from, Object dst, int to, int n) {
        if (src instanceof byte[] x && dst instanceof float[] y) {
            codec.decode(x, from, y, to, n);
        } else if (src instanceof short[] x && dst instanceof float[] y) {
            codec.decode(x, from, y, to, n);
        } else if (src instanceof int[] x && dst instanceof float[] y) {
            codec.decode(x, from, y, to, n);
        } else if (src instanceof byte[] x && dst instanceof double[] y) {
            codec.decode(x, from, y, to, n);
        } else if (src instanceof short[] x && dst instanceof double[] y) {
            codec.decode(x, from, y, to, n);
        } else if (src instanceof int[] x && dst instanceof double[] y) {
            codec.decode(x, from, y, to, n);
        } else if (src instanceof long[] x && dst instanceof double[] y) {
            codec.decode(x, from, y, to, n);
        } else {
            Buffer a = buffer(src, from, n);
            Buffer b = buffer(dst, to, n);
            codec.decode(a, b);
            assertThat(a.position()).isEqualTo(from + n);
            assertThat(b.position()).isEqualTo(to + n);
            a.clear();
            b.clear();
        }
    }

    static Stream<Codec> codecs() {
        Policies random = Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 11);
        return Stream.of(
                Codec.of(Formats.OCP_E4M3),
                Codec.of(Formats.E4M3FNUZ).rounding(Rounding.TOWARD_POSITIVE).saturating(),
                Codec.of(Formats.OCP_E5M2, random),
                Codec.of(Formats.E8M0),
                Codec.of(Formats.OCP_E2M3),
                Codec.of(Formats.INT8),
                Codec.of(Formats.UINT4, Policies.IEEE.withOverflow(Overflow.WRAP)),
                Codec.of(Formats.BINARY1),
                Codec.of(Formats.BINARY16),
                Codec.of(Formats.BINARY16, random.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING)),
                Codec.of(Formats.BFLOAT16, Policies.IEEE.withPath(SourcePath.VIA_BINARY32)),
                Codec.of(Formats.TF32).nan(NanRule.CANONICAL_NEGATIVE),
                Codec.of(Formats.BINARY32, Policies.IEEE.withFlushInputs(true)),
                Codec.of(Formats.BINARY32),
                Codec.of(Formats.INT32),
                Codec.of(Formats.BINARY64),
                Codec.of(FloatFormat.builder("e9m10", 9, 10).build()));
    }

    private static int shift(ScalarFormat format) {
        return format.name().equals("tf32") ? 13 : 0;
    }

    private static boolean fits(Storage storage, ScalarFormat format) {
        return storage.bits >= (shift(format) > 0 ? 32 : format.width())
                && (!storage.name.startsWith("ByteBuffer") || format.containerBits() == 8);
    }

    /** Every pair of storages, several lengths, offsets and seeds, against the converter; the rest stays as it was. */
    @ParameterizedTest
    @MethodSource("codecs")
    void encodesFromAndIntoEveryStorage(Codec codec) {
        ScalarFormat format = codec.format();
        int bits = codec.policies().randomBits();
        SplittableRandom random = new SplittableRandom(5);
        float[] values = KernelCheck.values(format, 9000, 6);
        for (Storage source : storages(true)) {
            ScalarFormat from = source.bits == 32 ? Formats.BINARY32 : Formats.BINARY64;
            Converter converter = Converter.of(from, codec);
            for (Storage target : storages(false)) {
                if (!fits(target, format) || source.name.equals("float[]") && target.bits == 64 && target.isArray()) {
                    continue;
                }
                int n = target.bits == 16 ? 9000 - 7 : random.nextInt(100);
                int start = random.nextInt(5);
                int to = random.nextInt(5);
                long seed = random.nextLong();
                long index = random.nextLong();
                Object src = source.make.apply(start + n + 2);
                Object dst = target.make.apply(to + n + 3);
                for (int i = 0; i < n; i++) {
                    set(src, start + i, value(values[i], source, random));
                }
                for (int i = 0; i < to + n + 3; i++) {
                    set(dst, i, -1);
                }
                Flags raised = new Flags();
                Flags expected = new Flags();
                ArrayCodec bulk = ArrayCodec.of(codec).withSeed(seed, index);
                encode((start & 1) == 0 ? bulk : bulk.withFlags(raised), src, start, dst, to, n);
                for (int i = 0; i < n; i++) {
                    long r = bits == 0 ? 0 : CounterRandom.bits(seed, index + i, bits);
                    long code = converter.convertLong(get(src, start + i), r, expected) << shift(format);
                    if (get(dst, to + i) != code) {
                        throw new AssertionError(String.format(
                                "%s, %s to %s: element %d of %d, %x, gives %x, must be %x",
                                codec, source, target, i, n, get(src, start + i), get(dst, to + i), code));
                    }
                }
                assertThat(raised.raised()).isEqualTo((start & 1) == 0 ? 0 : expected.raised());
                for (int i = 0; i < to + n + 3; i++) {
                    if (i < to || i >= to + n) {
                        assertThat(get(dst, i)).isEqualTo(-1L >>> 64 - target.bits);
                    }
                }
            }
        }
    }

    /** The pattern of a value; a binary64 one is often not a binary32 number. */
    private static long value(float x, Storage storage, SplittableRandom random) {
        if (storage.bits == 32) {
            return Float.floatToRawIntBits(x) & 0xffff_ffffL;
        }
        return switch (random.nextInt(5)) {
            case 0, 1 -> Double.doubleToRawLongBits(x);
            case 2 -> Double.doubleToRawLongBits(x) + 1;
            case 3 -> Double.doubleToRawLongBits(x) - 1;
            default -> random.nextLong();
        };
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void decodesFromAndIntoEveryStorage(Codec codec) {
        ScalarFormat format = codec.format();
        SplittableRandom random = new SplittableRandom(7);
        for (Storage target : storages(true)) {
            boolean exact = target.bits == 64 || BulkConversion.isExactInBinary32(format);
            Converter converter =
                    Converter.of(format, Codec.of(target.bits == 32 ? Formats.BINARY32 : Formats.BINARY64));
            for (Storage source : storages(false)) {
                if (!fits(source, format)
                        || !exact
                        || target.name.equals("float[]") && source.bits == 64 && source.isArray()) {
                    continue;
                }
                int n = source.bits == 16 ? 9000 - 7 : random.nextInt(100);
                int start = random.nextInt(5);
                int to = random.nextInt(5);
                Object src = source.make.apply(start + n + 2);
                Object dst = target.make.apply(to + n + 3);
                for (int i = 0; i < n; i++) {
                    set(src, start + i, (random.nextLong() & format.codeMask()) << shift(format));
                }
                Flags raised = new Flags();
                Flags expected = new Flags();
                ArrayCodec bulk = ArrayCodec.of(codec);
                decode((start & 1) == 0 ? bulk : bulk.withFlags(raised), src, start, dst, to, n);
                for (int i = 0; i < n; i++) {
                    long bits = converter.convertLong(get(src, start + i) >>> shift(format), 0, expected);
                    if (get(dst, to + i) != bits) {
                        throw new AssertionError(String.format(
                                "%s, %s to %s: element %d of %d, %x, gives %x, must be %x",
                                codec, source, target, i, n, get(src, start + i), get(dst, to + i), bits));
                    }
                }
                assertThat(raised.raised()).isEqualTo((start & 1) == 0 ? 0 : expected.raised());
                for (int i = 0; i < to + n + 3; i++) {
                    if (i < to || i >= to + n) {
                        assertThat(get(dst, i)).isZero();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void packsEveryNarrowFormat(Codec codec) {
        int width = codec.format().width();
        if (width > 7) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ArrayCodec.of(codec).packed(Packing.lowFirst(7)))
                    .withMessage("width of layout must be " + width + ", that of " + codec.format() + ": 7");
            return;
        }
        float[] values = KernelCheck.values(codec.format(), 10_001, 8);
        for (Packing.Order order : Packing.Order.values()) {
            Packing layout = new Packing(width, order);
            for (int n : new int[] {0, 1, 7, 8, 100, 4096, 10_001}) {
                byte[] codes = new byte[n];
                ArrayCodec.of(codec).encode(values, 0, codes, 0, n);
                byte[] expected = new byte[layout.bytes(n)];
                layout.pack(codes, 0, expected, 0, n);

                byte[] dense = new byte[layout.bytes(n) + 2];
                ArrayCodec packed = ArrayCodec.of(codec).packed(layout);
                packed.encode(values, 0, dense, 1, n);
                assertThat(Arrays.copyOfRange(dense, 1, 1 + expected.length)).isEqualTo(expected);
                assertThat(dense[0]).isZero();
                assertThat(dense[expected.length + 1]).isZero();

                ByteBuffer direct = ByteBuffer.allocateDirect(expected.length + 1);
                packed.encode(FloatBuffer.wrap(values, 0, n), direct);
                assertThat(direct.position()).isEqualTo(expected.length);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(direct.get(i)).isEqualTo(expected[i]);
                }

                float[] plain = new float[n];
                ArrayCodec.of(codec).decode(codes, 0, plain, 0, n);
                float[] back = new float[n];
                packed.decode(dense, 1, back, 0, n);
                assertThat(back).isEqualTo(plain);
                FloatBuffer out = FloatBuffer.allocate(n);
                packed.decode(direct.flip(), out);
                assertThat(out.array()).isEqualTo(plain);
            }
        }
    }

    // ------------------------------------------------------------------ stochastic rounding

    /** However a stream is cut, element i gets the bits of position i. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 32, 40})
    void stochasticResultsDependOnSeedAndPositionOnly(int bits) {
        Codec codec = Codec.of(Formats.OCP_E5M2).stochastic(Rounding.STOCHASTIC_C, bits);
        float[] values = new float[20_000];
        Arrays.fill(values, 1.1f);
        byte[] whole = new byte[values.length];
        ArrayCodec bulk = ArrayCodec.of(codec).withSeed(99, 1000);
        bulk.encode(values, 0, whole, 0, values.length);
        for (int i = 0; i < values.length; i++) {
            assertThat(whole[i]).isEqualTo((byte) codec.encode(values[i], CounterRandom.bits(99, 1000L + i, bits)));
        }
        SplittableRandom random = new SplittableRandom(1);
        byte[] pieces = new byte[values.length];
        for (int k = 0; k < values.length; ) {
            int n = Math.min(random.nextInt(1, 300), values.length - k);
            bulk.withSeed(99, 1000L + k).encode(values, 0, pieces, k, n);
            k += n;
        }
        assertThat(pieces).isEqualTo(whole);
        byte[] other = new byte[values.length];
        bulk.withSeed(98, 1000).encode(values, 0, other, 0, values.length);
        assertThat(other).isNotEqualTo(whole);
    }

    // ------------------------------------------------------------------ flags

    /** The scan for flags, which skips most values, against the codec. */
    @Test
    void flagsOfEveryValueAlone() {
        List<ScalarFormat> formats = new ArrayList<>(List.of(
                Formats.OCP_E4M3,
                Formats.E5M2FNUZ,
                Formats.OCP_E2M1,
                Formats.E8M0,
                Formats.UE4M3,
                Formats.BINARY16,
                Formats.BFLOAT16,
                Formats.TF32,
                Formats.BINARY32,
                Formats.INT8,
                Formats.UINT8,
                Formats.MXINT8,
                Formats.INT1,
                Formats.BINARY1,
                Formats.INT32,
                new IntFormat("fine", IntFormat.Encoding.TWOS_COMPLEMENT, 8, true, 64, Formats.INT8.info()),
                FloatFormat.builder("e9m10", 9, 10).build(),
                FloatFormat.builder("far", 3, 2).bias(-500).build()));
        List<Policies> policies = List.of(
                Policies.IEEE,
                Policies.IEEE.withRounding(Rounding.TOWARD_POSITIVE).withTininess(Tininess.BEFORE_ROUNDING),
                Policies.IEEE.saturating().withFlushInputs(true),
                Policies.IEEE.withSubnormalResults(SubnormalResults.FLUSH_BEFORE_ROUNDING),
                Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_B, 5));
        for (ScalarFormat format : formats) {
            float[] values = KernelCheck.values(format, 3000, 9);
            for (Policies p : policies) {
                Codec codec = Codec.of(format, p);
                FlagScan scan = new FlagScan(codec, 4);
                int all = 0;
                for (int i = 0; i < values.length; i++) {
                    long random = p.randomBits() == 0 ? 0 : CounterRandom.bits(4, i, p.randomBits());
                    int expected = (int) (codec.encodeFloatBits(Float.floatToRawIntBits(values[i]), random) >>> 32);
                    assertThat(scan.scan(values, i, 1, i, 0))
                            .as("%s of %a", codec, values[i])
                            .isEqualTo(expected);
                    all |= expected;
                }
                assertThat(scan.scan(values, 0, values.length, 0, 0)).isEqualTo(all);
                assertThat(scan.scan(values, 0, 1, 0, Flags.ALL)).isEqualTo(Flags.ALL);
            }
        }
    }

    // ------------------------------------------------------------------ arguments

    @Nested
    class Overlap {
        /** Buffers over one array, at every distance: as if the source had been copied first. */
        @Test
        void rangesOfOneArrayActAsIfCopiedFirst() {
            for (int distance : new int[] {0, 1, 5, 4096, 6000, -1, -5, -5000}) {
                byte[] bytes = new byte[30_000];
                new SplittableRandom(1).nextBytes(bytes);
                byte[] original = bytes.clone();
                ArrayCodec e5m2 = ArrayCodec.of(Codec.of(Formats.OCP_E5M2));
                // widening: codes into the container of their binary16 values, within one array
                ArrayConverter widen = ArrayConverter.of(Formats.OCP_E5M2, Codec.of(Formats.BINARY16));
                int n = 6000;
                ByteBuffer src = ByteBuffer.wrap(bytes, 5001, n);
                ByteBuffer dst = ByteBuffer.wrap(bytes, 5001 + distance, 2 * n);
                widen.convert(src, dst);
                Converter converter = Converter.of(Formats.OCP_E5M2, Codec.of(Formats.BINARY16));
                ByteBuffer result = ByteBuffer.wrap(bytes);
                for (int i = 0; i < n; i++) {
                    int at = 5001 + distance + 2 * i;
                    assertThat(result.getShort(at)).isEqualTo((short) converter.convert(original[5001 + i] & 0xff));
                }
                assertThat(e5m2.codec().format()).isEqualTo(widen.source());
            }
        }

        @Test
        void valuesMayBeEncodedInPlace() {
            for (boolean direct : new boolean[] {false, true}) {
                ByteBuffer memory = direct ? ByteBuffer.allocateDirect(40_000) : ByteBuffer.allocate(40_000);
                memory.order(ByteOrder.nativeOrder());
                float[] values = KernelCheck.values(Formats.BINARY16, 10_000, 2);
                memory.asFloatBuffer().put(values);
                HALF.encode(memory.asFloatBuffer(), memory.duplicate().order(memory.order()));
                short[] expected = new short[10_000];
                HALF.encode(values, 0, expected, 0, 10_000);
                short[] actual = new short[10_000];
                memory.asShortBuffer().get(actual);
                assertThat(actual).isEqualTo(expected);
            }
        }
    }

    @Nested
    class Arguments {
        private final float[] values = new float[10];
        private final byte[] codes = new byte[10];

        private void refused(String message, ThrowingCallable call) {
            Arrays.fill(values, 7);
            Arrays.fill(codes, (byte) 7);
            assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
            for (int i = 0; i < 10; i++) {
                assertThat(values[i]).isEqualTo(7);
                assertThat(codes[i]).isEqualTo((byte) 7);
            }
        }

        @Test
        void rangesMustLieWithinTheArrays() {
            refused("from must be in [0, 10], the length of src: -1", () -> E4M3.encode(values, -1, codes, 0, 1));
            refused("from must be in [0, 10], the length of src: 11", () -> E4M3.encode(values, 11, codes, 0, 0));
            refused("to must be in [0, 10], the length of dst: 12", () -> E4M3.encode(values, 0, codes, 12, 1));
            refused("n must be in [0, 7] for src of length 10 from 3 on: 8", () -> E4M3.encode(values, 3, codes, 0, 8));
            refused("n must be in [0, 1] for dst of length 10 from 9 on: 2", () -> E4M3.decode(codes, 0, values, 9, 2));
            refused(
                    "n must be in [0, 10] for src of length 10 from 0 on: -1",
                    () -> E4M3.encode(values, 0, codes, 0, -1));
            refused(
                    "n must be in [0, 8] for dst of length 10 from 6 on: 9",
                    () -> ArrayCodec.of(Codec.of(Formats.INT4))
                            .packed(Packing.lowFirst(4))
                            .encode(values, 0, codes, 6, 9));
        }

        @Test
        void elementsMustHoldTheCodes() {
            refused(
                    "elements of dst must be integers of at least 16 bits for codes of f16: byte",
                    () -> HALF.encode(values, 0, codes, 0, 1));
            refused(
                    "elements of dst must be integers of at least 19 bits for codes of tf32: short",
                    () -> TF32.encode(values, 0, new short[1], 0, 1));
            refused(
                    "elements of src must be integers of at least 16 bits for codes of f16: byte",
                    () -> HALF.decode(codes, 0, values, 0, 1));
            refused(
                    "elements of src must be float, double: byte",
                    () -> E4M3.encode(ByteBuffer.wrap(codes), ByteBuffer.wrap(codes)));
            refused(
                    "elements of dst must be float, double: byte",
                    () -> E4M3.decode(ByteBuffer.wrap(codes), ByteBuffer.wrap(codes)));
            refused(
                    "elements of dst must be integers of at least 8 bits for codes of e4m3: float",
                    () -> E4M3.encode(FloatBuffer.wrap(values), FloatBuffer.wrap(values)));
            refused(
                    "dst must not be a CharBuffer",
                    () -> E4M3.encode(FloatBuffer.wrap(values), CharBuffer.allocate(10)));
        }

        @Test
        void elementsMustBeCodes() {
            byte[] six = {0, 0x3f, 0x40, 1, 2, 3, 4, 5, 6, 7, 8, 9};
            ArrayCodec e3m2 = ArrayCodec.of(Codec.of(Formats.OCP_E3M2));
            refused("src[2] must be a code of e3m2, in [0x0, 0x3f]: 0x40", () -> e3m2.decode(six, 1, values, 0, 10));
            refused(
                    "src[0] must be a code of tf32, in [0x0, 0x7ffff] << 13: 0x1",
                    () -> TF32.decode(new int[] {1}, 0, values, 0, 1));
            refused(
                    "src[9] must be a code of e4m3, in [0x0, 0xff]: 0x100",
                    () -> E4M3.decode(new short[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 256}, 0, values, 0, 10));
        }

        @Test
        void buffersMustHaveRoom() {
            refused(
                    "remaining elements of dst must be at least 10 for 10 elements: 9",
                    () -> E4M3.encode(FloatBuffer.wrap(values), ByteBuffer.wrap(codes, 1, 9)));
            refused(
                    "remaining elements of dst must be at least 10 for 10 elements: 9",
                    () -> E4M3.decode(ByteBuffer.wrap(codes), FloatBuffer.wrap(values, 0, 9)));
            refused(
                    "remaining elements of dst must be at least 20 for 10 elements: 10",
                    () -> HALF.encode(FloatBuffer.wrap(values), ByteBuffer.wrap(codes)));
            refused(
                    "remaining bytes of src must be a multiple of 2: 9",
                    () -> HALF.decode(ByteBuffer.wrap(codes, 1, 9), FloatBuffer.wrap(values)));
            refused(
                    "dst must not be read-only: HeapByteBufferR",
                    () -> E4M3.encode(
                            FloatBuffer.wrap(values), ByteBuffer.wrap(codes).asReadOnlyBuffer()));
            FloatBuffer src = FloatBuffer.wrap(values, 2, 8);
            refused(
                    "remaining elements of dst must be at least 8 for 8 elements: 7",
                    () -> E4M3.encode(src, ByteBuffer.wrap(codes, 0, 7)));
            assertThat(src.position()).isEqualTo(2);
        }

        @Test
        void readOnlySourceIsFine() {
            ByteBuffer dst = ByteBuffer.allocate(10);
            E4M3.encode(
                    FloatBuffer.wrap(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
                            .asReadOnlyBuffer(),
                    dst);
            assertThat(dst.get(1)).isEqualTo((byte) 0x40);
        }

        @Test
        void packedCodesNeedBytes() {
            ArrayCodec packed = ArrayCodec.of(Codec.of(Formats.INT4)).packed(Packing.lowFirst(4));
            refused(
                    "dst must be byte[] for packed codes: short[]",
                    () -> packed.encode(values, 0, new short[10], 0, 10));
            refused(
                    "dst must be a ByteBuffer for packed codes: HeapShortBuffer",
                    () -> packed.encode(FloatBuffer.wrap(values), ShortBuffer.allocate(10)));
            refused(
                    "remaining elements of src must be at least 5 for 10 elements: 4",
                    () -> packed.decode(ByteBuffer.wrap(codes, 0, 4), FloatBuffer.wrap(values)));
        }

        @Test
        void valuesMustBeExact() {
            ArrayCodec wide = ArrayCodec.of(Codec.of(Formats.BINARY64));
            assertThatIllegalStateException()
                    .isThrownBy(() -> wide.decode(LongBuffer.allocate(1), FloatBuffer.allocate(1)))
                    .withMessage("values of f64 are not all exact in binary32; use an ArrayConverter");
            ArrayCodec i32 = ArrayCodec.of(Codec.of(Formats.INT32));
            assertThatIllegalStateException()
                    .isThrownBy(() -> i32.decode(new int[1], 0, values, 0, 1))
                    .withMessage("values of i32 are not all exact in binary32; use an ArrayConverter");
        }

        @Test
        void nullIsNamed() {
            float[] none = null;
            assertThatNullPointerException()
                    .isThrownBy(() -> E4M3.encode(none, 0, codes, 0, 1))
                    .withMessage("src");
            assertThatNullPointerException()
                    .isThrownBy(() -> E4M3.encode(FloatBuffer.wrap(values), null))
                    .withMessage("dst");
            assertThatNullPointerException()
                    .isThrownBy(() -> E4M3.withFlags(null))
                    .withMessage("sink");
            assertThatNullPointerException()
                    .isThrownBy(() -> ArrayCodec.of(null))
                    .withMessage("codec");
        }
    }
}
