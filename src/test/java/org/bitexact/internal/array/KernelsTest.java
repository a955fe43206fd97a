package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CodecTestData;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each family's kernels give the codec's codes, in every format, mode and policy for which there is one. */
class KernelsTest {
    private static final List<ScalarFormat> FORMATS = formats();

    private static List<ScalarFormat> formats() {
        List<ScalarFormat> formats = new ArrayList<>(CodecTestData.namedFloats(32));
        for (IntFormat f : CodecTestData.namedIntegers()) {
            if (f.width() <= 32) {
                formats.add(f);
            }
        }
        formats.addAll(CodecTestData.unusualFloats());
        formats.addAll(P3109.all(8, 8));
        formats.add(FloatFormat.builder("wide_e8m15", 8, 15).build());
        formats.add(FloatFormat.builder("e9m10", 9, 10).build());
        formats.add(FloatFormat.builder("e5m12_unsigned", 5, 12).signed(false).build());
        formats.add(FloatFormat.builder("high_bias", 5, 2).bias(140).build());
        formats.add(FloatFormat.builder("low_bias", 5, 10).bias(-90).build());
        return formats;
    }

    /** The families that this JVM has: all but {@code vector} in one without the Vector API. */
    static Stream<Kernels> families() {
        return KernelSelection.familyNames().stream()
                .map(KernelSelection::family)
                .filter(Objects::nonNull);
    }

    private static Policies policies(Rounding mode, int randomBits) {
        return mode.isStochastic()
                ? Policies.IEEE.withStochasticRounding(mode, randomBits)
                : Policies.IEEE.withRounding(mode);
    }

    private static int checkEncoders(Kernels family, ScalarFormat format, Policies policies, int count) {
        Encoder encoder = family.encoder(format, policies, 77);
        if (encoder == null) {
            return 0;
        }
        KernelCheck.encoder(encoder, format, policies, 77, KernelCheck.values(format, count, policies.hashCode()));
        return 1;
    }

    @ParameterizedTest
    @EnumSource
    @Tag("fast")
    void encodersInEveryMode(Rounding mode) {
        for (Kernels family : families().toList()) {
            for (ScalarFormat format : FORMATS) {
                for (int bits : mode.isStochastic() ? new int[] {1, 8, 16, 31} : new int[] {0}) {
                    checkEncoders(family, format, policies(mode, bits), 600);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void encodersUnderEveryPairOfPolicies(Kernels family) {
        int checked = 0;
        List<Policies> floats = CodecTestData.pairwise(false);
        List<Policies> integers = CodecTestData.pairwise(true);
        for (ScalarFormat format : FORMATS) {
            for (Policies policies : format instanceof FloatFormat ? floats : integers) {
                checked += checkEncoders(family, format, policies, 150);
            }
        }
        assertThat(checked).isGreaterThan(family instanceof JdkKernels ? -1 : 5000);
    }

    /** Codes in dense storage and in the high bits, for every format that is narrow enough or has a prefix' exponents. */
    @ParameterizedTest
    @EnumSource
    @Tag("fast")
    void storingEncodersInEveryMode(Rounding mode) {
        for (Kernels family : families().toList()) {
            for (ScalarFormat format : FORMATS) {
                Policies policies = policies(mode, mode.isStochastic() ? 9 : 0);
                boolean prefix = format instanceof FloatFormat f && f.exponentBits() == 8;
                for (Storage storage : Storage.values()) {
                    boolean fits = storage.isDense() ? format.width() <= 7 : prefix && storage == Storage.HIGH_BITS;
                    ArrayKernel kernel = fits ? family.storingEncoder(format, policies, 77, storage) : null;
                    if (kernel != null) {
                        KernelCheck.storingEncoder(kernel, format, policies, 77, storage);
                        KernelCheck.storingEncoder(
                                Objects.requireNonNull(
                                        family.storingEncoder(format, policies.saturating(), 77, storage)),
                                format,
                                policies.saturating(),
                                77,
                                storage);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    @Tag("fast")
    void decoders(Kernels family) {
        for (ScalarFormat format : FORMATS) {
            Decoder decoder = isExactInBinary32(format) ? family.decoder(format) : null;
            if (decoder != null) {
                KernelCheck.decoder(decoder, format);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    @Tag("fast")
    void denseDecoders(Kernels family) {
        for (ScalarFormat format : FORMATS) {
            for (boolean highFirst : new boolean[] {false, true}) {
                ArrayKernel decoder = format.width() <= 7 ? family.denseDecoder(format, highFirst) : null;
                if (decoder != null) {
                    KernelCheck.denseDecoder(decoder, format, highFirst);
                }
            }
        }
    }

    private static boolean isExactInBinary32(ScalarFormat format) {
        return format instanceof FloatFormat f
                ? f.precision() <= 24 && f.emax() <= 127 && f.subnormalQuantumExponent() >= -149
                : format.width() <= 24;
    }

    @ParameterizedTest
    @MethodSource("families")
    @Tag("fast")
    void packers(Kernels family) {
        for (int width = 1; width <= 7; width++) {
            for (boolean highFirst : new boolean[] {false, true}) {
                Packer packer = family.packer(width, highFirst);
                if (packer != null) {
                    KernelCheck.packer(packer, width, highFirst);
                }
            }
        }
    }

    /** Which conversions have a fast kernel of plain Java: the ones that are in wide use. */
    @Test
    void tableKernelsCoverTheCommonConversions() {
        for (Rounding mode : CodecTestData.DETERMINISTIC) {
            Policies policies = Policies.IEEE.withRounding(mode);
            for (ScalarFormat format : List.of(
                    Formats.OCP_E4M3,
                    Formats.OCP_E5M2,
                    Formats.E4M3FNUZ,
                    Formats.IEEE_E3M4,
                    Formats.OCP_E3M2,
                    Formats.OCP_E2M1,
                    Formats.E8M0,
                    Formats.INT4,
                    Formats.UINT2)) {
                assertThat(TableKernels.INSTANCE.encoder(format, policies, 0))
                        .as("%s %s", format, mode)
                        .isInstanceOf(
                                format instanceof FloatFormat f && NearestEncoder.supports(f, policies)
                                        ? NearestEncoder.class
                                        : TableEncoder.class);
            }
            for (ScalarFormat format : List.of(Formats.BINARY16, Formats.BFLOAT16, Formats.TF32, Formats.BINARY32)) {
                assertThat(TableKernels.INSTANCE.encoder(format, policies, 0) != null)
                        .as("%s %s", format, mode)
                        .isEqualTo(mode != Rounding.TO_ODD);
            }
        }
        assertThat(TableKernels.INSTANCE.encoder(Formats.INT8, Policies.IEEE, 0))
                .isInstanceOf(IntegerEncoder.class);
    }

    /** One value in 4099 of all binary32 patterns, in the modes in wide use. */
    @Test
    void spreadOverAllFloats() {
        float[] values = new float[(int) ((1L << 32) / 4099)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(i * 4099);
        }
        for (ScalarFormat format : List.of(
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.OCP_E2M1,
                Formats.BINARY16,
                Formats.BFLOAT16,
                Formats.INT8)) {
            spread(format, Policies.IEEE, values);
        }
        spread(Formats.BINARY16, Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE), values);
    }

    private static void spread(ScalarFormat format, Policies policies, float[] values) {
        Encoder encoder = TableKernels.INSTANCE.encoder(format, policies, 0);
        int[] codes = new int[values.length];
        encoder.encode(values, 0, codes, 0, values.length, 0);
        Codec codec = Codec.of(format, policies);
        for (int i = 0; i < values.length; i++) {
            int expected = (int) codec.encodeFloatBits(Float.floatToRawIntBits(values[i]), 0);
            if (codes[i] != expected) {
                throw new AssertionError(
                        String.format("%s: %a gives 0x%x, must be 0x%x", format, values[i], codes[i], expected));
            }
        }
    }

    /** All 2^32 patterns through the three kinds of plain kernels. */
    @ParameterizedTest
    @MethodSource("everyKind")
    @Tag("slow")
    void allFloats(ScalarFormat format, Rounding mode) {
        Policies policies = Policies.IEEE.withRounding(mode);
        Encoder encoder = TableKernels.INSTANCE.encoder(format, policies, 0);
        Codec codec = Codec.of(format, policies);
        float[] values = new float[1 << 20];
        int[] codes = new int[values.length];
        for (int high = 0; high < 1 << 12; high++) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.intBitsToFloat(high << 20 | i);
            }
            encoder.encode(values, 0, codes, 0, values.length, 0);
            for (int i = 0; i < values.length; i++) {
                if (codes[i] != (int) codec.encodeFloatBits(high << 20 | i, 0)) {
                    throw new AssertionError(
                            String.format("%s %s: 0x%08x gives 0x%x", format, mode, high << 20 | i, codes[i]));
                }
            }
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> everyKind() {
        return Stream.of(Formats.OCP_E4M3, Formats.BINARY16, Formats.BFLOAT16, Formats.TF32, Formats.INT8)
                .flatMap(f -> Stream.of(Rounding.TIES_TO_EVEN, Rounding.TOWARD_POSITIVE)
                        .filter(m -> f != Formats.INT8 || m == Rounding.TIES_TO_EVEN)
                        .map(m -> org.junit.jupiter.params.provider.Arguments.of(f, m)));
    }

    /** Faults that a kernel may have, each of which the check above and the self-check at run time must see. */
    private enum Defect {
        TRUNCATES,
        TIES_AWAY,
        LOSES_STICKY_BIT,
        FLUSHES_SUBNORMALS,
        SATURATES_INFINITY,
        DROPS_NAN_SIGN,
        LOSES_SIGN_OF_ZERO;

        int code(Codec codec, int bits) {
            int code = (int) codec.encodeFloatBits(bits, 0);
            return switch (this) {
                case TRUNCATES -> (int) codec.rounding(Rounding.TOWARD_ZERO).encodeFloatBits(bits, 0);
                case TIES_AWAY -> (int) codec.rounding(Rounding.TIES_TO_AWAY).encodeFloatBits(bits, 0);
                case LOSES_STICKY_BIT -> (int) codec.encodeFloatBits(bits & ~1, 0);
                case FLUSHES_SUBNORMALS -> (code & 0x7c00) == 0 ? code & 0x8000 : code;
                case SATURATES_INFINITY -> (code & 0x7fff) == 0x7c00 ? code - 1 : code;
                case DROPS_NAN_SIGN -> (code & 0x7fff) > 0x7c00 ? code & 0x7fff : code;
                case LOSES_SIGN_OF_ZERO -> code == 0x8000 ? 0 : code;
            };
        }
    }

    private static final class Defective extends BlockEncoder {
        private final Defect defect;
        private final Codec codec = Codec.of(Formats.BINARY16);

        Defective(Defect defect) {
            this.defect = defect;
        }

        @Override
        void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
            for (int i = 0; i < n; i++) {
                codes[i] = defect.code(codec, Float.floatToRawIntBits(src[from + i]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("fast")
    void seededDefectIsFound(Defect defect) {
        Encoder encoder = new Defective(defect);
        float[] values = KernelCheck.values(Formats.BINARY16, 600, 1);
        assertThatThrownBy(() -> KernelCheck.encoder(encoder, Formats.BINARY16, Policies.IEEE, 0, values))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("must be");
        KernelTask task = KernelTask.encode(Formats.BINARY16, Policies.IEEE, 0, Storage.ELEMENTS);
        assertThat(task.agrees(ArrayKernel.of(encoder))).isFalse();
    }

    @Test
    void selfCheckAcceptsEveryKernel() {
        for (ScalarFormat format : FORMATS) {
            for (Rounding mode : Rounding.values()) {
                KernelTask task = KernelTask.encode(format, policies(mode, 12), 5, Storage.ELEMENTS);
                ArrayKernel kernel = task.kernel(TableKernels.INSTANCE);
                assertThat(kernel == null || task.agrees(kernel))
                        .as(task.name())
                        .isTrue();
            }
        }
    }

    @Test
    void checkSeesWritesOutsideTheRange() {
        Encoder beyond = new BlockEncoder() {
            @Override
            void block(float[] src, int from, int[] codes, int n, long index, Patterns patterns) {
                ScalarKernels.INSTANCE
                        .encoder(Formats.BINARY16, Policies.IEEE, 0)
                        .encode(src, from, codes, 0, n, index);
            }

            @Override
            public void encode(float[] src, int from, int[] dst, int to, int n, long index) {
                super.encode(src, from, dst, to, n, index);
                dst[to + n] = 0;
            }
        };
        float[] values = KernelCheck.values(Formats.BINARY16, 50, new SplittableRandom(1).nextLong());
        assertThatThrownBy(() -> KernelCheck.encoder(beyond, Formats.BINARY16, Policies.IEEE, 0, values))
                .hasMessage("element 50 is written, only those in [0, 50) may be");
    }
}
