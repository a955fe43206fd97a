package org.bitexact.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bitexact.array.Elements.Kind;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CodecTestData;
import org.bitexact.codec.Converter;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanRule;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bulk conversion of codes into codes, between any two formats. */
@Tag("fast")
class ArrayConverterTest {
    private static final List<ScalarFormat> FORMATS = List.of(
            Formats.OCP_E4M3,
            Formats.OCP_E5M2,
            Formats.E4M3FNUZ,
            Formats.OCP_E2M1,
            Formats.OCP_E3M2,
            Formats.E8M0,
            Formats.INT8,
            Formats.UINT4,
            Formats.BINARY1,
            Formats.BINARY16,
            Formats.BFLOAT16,
            Formats.TF32,
            Formats.BINARY32,
            Formats.BINARY64,
            Formats.INT32,
            FloatFormat.builder("e9m10", 9, 10).build());

    private static int shift(ScalarFormat format) {
        return format.name().equals("tf32") ? 13 : 0;
    }

    /** The narrowest integers that hold a format's container. */
    private static Kind kind(ScalarFormat format) {
        int bits = format.containerBits();
        return bits == 8 ? Kind.BYTE : bits == 16 ? Kind.SHORT : bits == 32 ? Kind.INT : Kind.LONG;
    }

    private static Object codes(ScalarFormat format, int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Object codes = kind(format).make(n);
        for (int i = 0; i < n; i++) {
            long code = n == 1 << format.width() ? i : random.nextLong();
            // exponents near the ends, where anything happens
            if (format.width() > 16 && (i & 7) == 0) {
                code = code & (random.nextBoolean() ? 1 : -1) << format.width() - 10 | random.nextInt(8);
            }
            Elements.setBits(codes, i, (code & format.codeMask()) << shift(format));
        }
        return codes;
    }

    private static void check(ScalarFormat from, Codec to, int n) {
        Converter converter = Converter.of(from, to);
        int bits = to.policies().randomBits();
        Object src = codes(from, n, 3);
        Object dst = kind(to.format()).make(n);
        Flags raised = new Flags();
        Flags expected = new Flags();
        ArrayConverter bulk = ArrayConverter.of(from, to).withSeed(8, 100);
        bulk.convert(src, 0, dst, 0, n);
        bulk.withFlags(raised).convert(src, 0, kind(to.format()).make(n), 0, n);
        for (int i = 0; i < n; i++) {
            long random = bits == 0 ? 0 : CounterRandom.bits(8, 100L + i, bits);
            long code = Elements.element(src, i) >>> shift(from);
            long result = converter.convertLong(code, random, expected) << shift(to.format());
            if (Elements.element(dst, i) != result) {
                throw new AssertionError(String.format(
                        "%s 0x%x to %s: 0x%x, must be 0x%x", from, code, to, Elements.element(dst, i), result));
            }
        }
        assertThat(raised.raised()).as("%s to %s", from, to).isEqualTo(expected.raised());
    }

    @Test
    void everyPairOfFormats() {
        for (ScalarFormat from : FORMATS) {
            for (ScalarFormat to : FORMATS) {
                int n = from.width() <= 16 ? 1 << from.width() : 5000;
                check(from, Codec.of(to), n);
            }
        }
    }

    @Test
    void everyPairOfPolicies() {
        List<Policies> policies = CodecTestData.pairwise(false);
        List<ScalarFormat> sources =
                List.of(Formats.OCP_E5M2, Formats.OCP_E4M3, Formats.BINARY16, Formats.TF32, Formats.BINARY32);
        List<ScalarFormat> targets = List.of(
                Formats.OCP_E4M3, Formats.OCP_E2M1, Formats.BINARY16, Formats.BFLOAT16, Formats.BINARY32, Formats.INT8);
        for (Policies p : policies) {
            for (ScalarFormat from : sources) {
                for (ScalarFormat to : targets) {
                    check(from, Codec.of(to, p), from.width() <= 8 ? 256 : 700);
                }
            }
        }
    }

    @Test
    void stochasticModes() {
        for (Rounding mode : CodecTestData.STOCHASTIC) {
            for (int bits : new int[] {3, 16, 20}) {
                check(Formats.BINARY16, Codec.of(Formats.OCP_E4M3).stochastic(mode, bits), 1 << 16);
                check(Formats.BINARY32, Codec.of(Formats.BFLOAT16).stochastic(mode, bits), 5000);
                check(Formats.BINARY64, Codec.of(Formats.OCP_E5M2).stochastic(mode, bits), 5000);
                check(Formats.OCP_E3M2, Codec.of(Formats.OCP_E2M1).stochastic(mode, bits), 64);
            }
        }
    }

    /** Profiles reproduce real implementations, NaN by NaN. */
    @Test
    void profiles() {
        List<ScalarFormat> formats =
                List.of(Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.BINARY16, Formats.BFLOAT16, Formats.BINARY32);
        for (Profile profile : Profile.all()) {
            for (ScalarFormat from : formats) {
                for (ScalarFormat to : formats) {
                    check(from, Codec.of(to, profile, from), from.width() <= 16 ? 1 << from.width() : 2000);
                }
            }
        }
    }

    @Test
    void signalingNanOfHalfIsSeenByTheRulesThatSeeIt() {
        short[] src = {(short) 0xfc01, 0x7d00, 0x7e01};
        byte[] dst = new byte[3];
        ArrayConverter.of(Formats.BINARY16, Codec.of(Formats.OCP_E5M2).nan(NanRule.KEEP_SIGNALING))
                .convert(src, 0, dst, 0, 3);
        assertThat(dst).containsExactly(0xfe, 0x7d, 0x7e);
        ArrayConverter.of(Formats.BINARY16, Codec.of(Formats.OCP_E5M2).nan(NanRule.TRUNCATE))
                .convert(src, 0, dst, 0, 3);
        assertThat(dst).containsExactly(0xfc, 0x7d, 0x7e);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 4095, 4097, 10_000})
    void denseToDense(int n) {
        Packing six = Packing.highFirst(6);
        Packing four = Packing.lowFirst(4);
        byte[] codes = new byte[n];
        byte[] results = new byte[n];
        SplittableRandom random = new SplittableRandom(n);
        for (int i = 0; i < n; i++) {
            codes[i] = (byte) random.nextInt(64);
        }
        Codec e2m1 = Codec.of(Formats.OCP_E2M1);
        ArrayConverter converter = ArrayConverter.of(Formats.OCP_E3M2, e2m1);
        converter.convert(codes, 0, results, 0, n);
        byte[] src = new byte[1 + six.bytes(n)];
        six.pack(codes, 0, src, 1, n);
        byte[] dst = new byte[2 + four.bytes(n)];
        converter.fromPacked(six).toPacked(four).convert(src, 1, dst, 2, n);
        byte[] unpacked = new byte[n];
        four.unpack(dst, 2, unpacked, 0, n);
        assertThat(unpacked).isEqualTo(results);

        ByteBuffer to = ByteBuffer.allocateDirect(four.bytes(n));
        ByteBuffer from = ByteBuffer.wrap(src, 1, six.bytes(n));
        converter.fromPacked(six).toPacked(four).convert(from, to);
        // the last bytes of both may hold one code more
        assertThat(to.remaining()).isZero();
        byte[] same = new byte[n];
        four.unpack(to.flip(), ByteBuffer.wrap(same));
        assertThat(same).isEqualTo(results);
        ByteBuffer plain = ByteBuffer.allocate(n);
        converter.fromPacked(six).convert(ByteBuffer.wrap(src, 1, six.bytes(n)), plain);
        assertThat(plain.array()).isEqualTo(results);
    }

    @Test
    void buffersInBothByteOrders() {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            ByteBuffer src = ByteBuffer.allocateDirect(8).order(order);
            src.putShort((short) 0x3c00)
                    .putShort((short) 0xc500)
                    .putShort((short) 0x7bff)
                    .putShort((short) 1)
                    .flip();
            ByteBuffer dst = ByteBuffer.allocate(16).order(order);
            ArrayConverter.of(Formats.BINARY16, Codec.of(Formats.BINARY32)).convert(src, dst);
            assertThat(src.remaining()).isZero();
            dst.flip();
            assertThat(dst.getInt()).isEqualTo(0x3f80_0000);
            assertThat(dst.getInt()).isEqualTo(0xc0a0_0000);
            assertThat(dst.getInt()).isEqualTo(0x477f_e000);
            assertThat(dst.getInt()).isEqualTo(0x3380_0000);
        }
        LongBuffer wide = LongBuffer.wrap(new long[] {Double.doubleToRawLongBits(2.5)});
        ShortBuffer half = ShortBuffer.allocate(1);
        ArrayConverter.of(Formats.BINARY64, Codec.of(Formats.BINARY16)).convert(wide, half);
        assertThat(half.get(0)).isEqualTo((short) 0x4100);
    }

    /** Ranges of one array at every distance, source and target of one and of two widths. */
    @Test
    void overlap() {
        for (int distance : new int[] {0, 1, 3, 4096, 9000, -1, -7, -5000}) {
            byte[] codes = (byte[]) codes(Formats.OCP_E5M2, 30_000, distance);
            byte[] expected = codes.clone();
            ArrayConverter converter = ArrayConverter.of(Formats.OCP_E5M2, Codec.of(Formats.OCP_E4M3));
            converter.convert(codes.clone(), 8000, expected, 8000 + distance, 10_000);
            converter.convert(codes, 8000, codes, 8000 + distance, 10_000);
            assertThat(codes).isEqualTo(expected);

            short[] halves = (short[]) codes(Formats.BINARY16, 30_000, distance);
            short[] wanted = halves.clone();
            ArrayConverter toBfloat = ArrayConverter.of(Formats.BINARY16, Codec.of(Formats.BFLOAT16));
            toBfloat.convert(halves.clone(), 8000, wanted, 8000 + distance, 10_000);
            toBfloat.convert(halves, 8000, halves, 8000 + distance, 10_000);
            assertThat(halves).isEqualTo(wanted);
        }
    }

    @Test
    void argumentsAreChecked() {
        byte[] dst = {9, 9, 9};
        ArrayConverter converter = ArrayConverter.of(Formats.BINARY16, Codec.of(Formats.OCP_E5M2));
        List<Object[]> cases = new ArrayList<>();
        cases.add(
                new Object[] {"src must be byte[], short[], int[], long[], float[] or double[]: char[]", new char[3]});
        cases.add(
                new Object[] {"elements of src must be integers of at least 16 bits for codes of f16: byte", new byte[3]
                });
        cases.add(new Object[] {
            "elements of src must be integers of at least 16 bits for codes of f16: float", new float[3]
        });
        cases.add(new Object[] {"n must be in [0, 2] for src of length 2 from 0 on: 3", new short[2]});
        cases.add(new Object[] {"src[1] must be a code of f16, in [0x0, 0xffff]: 0x10000", new int[] {1, 0x10000, 3}});
        for (Object[] row : cases) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> converter.convert(row[1], 0, dst, 0, 3))
                    .withMessage((String) row[0]);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> converter.fromPacked(Packing.lowFirst(4)))
                .withMessage("width of layout must be 16, that of f16: 4");
        assertThat(dst).containsExactly(9, 9, 9);
        assertThat(converter.toString()).startsWith("ArrayConverter[f16, Codec[e5m2, ");
        assertThat(converter.target().format()).isSameAs(Formats.OCP_E5M2);
    }
}
