package org.bitexact.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.bitexact.codec.Codec;
import org.bitexact.codec.CodecTestData;
import org.bitexact.format.CFp8;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;
import org.bitexact.internal.array.Decoder;
import org.bitexact.internal.array.Encoder;
import org.bitexact.internal.array.KernelCheck;
import org.bitexact.internal.array.Kernels;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The vector kernels give the codec's codes in every corner of the formats' parameters. {@code KernelsTest} has the
 * registered formats under every pair of policies.
 */
class VectorKernelsTest {
    private static final long SEED = 0x5eedL;
    private static final Kernels KERNELS = new VectorKernels();

    /** P3109 members, cFP8 presets under scales, and each rule for special codes and for exponent field 0. */
    private static List<FloatFormat> layouts() {
        List<FloatFormat> formats = new ArrayList<>(P3109.all(3, 7));
        for (int p = 1; p <= 16; p += 3) {
            formats.add(P3109.of(16, p, p < 16 && p % 2 == 0, p % 4 == 0));
        }
        for (CFp8 preset : CFp8.presets()) {
            formats.add(preset.format());
            formats.add(preset.withScale(-60).format());
            formats.add(preset.withScale(63).format());
        }
        int[][] layouts = {{3, 2, 3}, {5, 10, 15}, {8, 7, 127}, {8, 4, 120}, {4, 0, 7}, {8, 0, 127}, {2, 14, -3}};
        for (SpecialValues specials : SpecialValues.values()) {
            for (SubnormalRule subnormals : SubnormalRule.values()) {
                for (int i = 0; i < 2 * layouts.length; i++) {
                    int[] fields = layouts[i / 2];
                    String name = "x_" + specials + "_" + subnormals + "_" + i;
                    try {
                        formats.add(FloatFormat.builder(name.toLowerCase(Locale.ROOT), fields[0], fields[1])
                                .bias(fields[2])
                                .signed(i % 2 == 0)
                                .specials(specials)
                                .subnormals(subnormals)
                                .build());
                    } catch (IllegalArgumentException e) {
                        // the parameters contradict each other
                    }
                }
            }
        }
        return formats;
    }

    private static Policies in(Rounding mode, int randomBits, Policies policies) {
        return mode.isStochastic() ? policies.withStochasticRounding(mode, randomBits) : policies.withRounding(mode);
    }

    private static int check(ScalarFormat format, Policies policies, int count) {
        Encoder encoder = KERNELS.encoder(format, policies, SEED);
        if (encoder == null) {
            return 0;
        }
        float[] values = KernelCheck.values(format, count, policies.hashCode());
        KernelCheck.encoder(encoder, format, policies, SEED, values);
        return 1;
    }

    /** Plain, saturating and any policies. */
    @ParameterizedTest
    @EnumSource
    void everyLayout(Rounding mode) {
        List<Policies> pairwise = CodecTestData.pairwise(false);
        SplittableRandom random = new SplittableRandom(mode.ordinal());
        int checked = 0;
        for (FloatFormat format : layouts()) {
            int bits = 1 + random.nextInt(20);
            Policies plain = in(mode, bits, Policies.IEEE);
            checked += check(format, plain, 400);
            checked += check(format, plain.saturating(), 400);
            checked += check(format, in(mode, bits, pairwise.get(random.nextInt(pairwise.size()))), 400);
        }
        assertThat(checked).isGreaterThan(mode.isStochastic() ? 280 : 400);
    }

    @Test
    void everyLayoutDecoded() {
        int checked = 0;
        for (FloatFormat format : layouts()) {
            Decoder decoder = Kernels.isExactInBinary32(format) ? KERNELS.decoder(format) : null;
            if (decoder != null) {
                KernelCheck.decoder(decoder, format);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(150);
    }

    /** Runs of 0 to 100 values, so that every length of a tail occurs, at several offsets. */
    @ParameterizedTest
    @EnumSource
    @Tag("fast")
    void everyLength(Rounding mode) {
        for (ScalarFormat format : List.of(Formats.OCP_E4M3, Formats.BFLOAT16, Formats.INT8, Formats.UE4M3)) {
            Policies policies = in(mode, 7, Policies.IEEE);
            for (int n = 5; n <= 100; n++) {
                check(format, policies, n);
            }
        }
    }

    /** Which conversions have a vector kernel: those in wide use, in every mode. */
    @ParameterizedTest
    @EnumSource
    @Tag("fast")
    void commonConversionsAreCovered(Rounding mode) {
        Policies policies = in(mode, 10, Policies.IEEE);
        for (ScalarFormat format : List.of(
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.E4M3FNUZ,
                Formats.IEEE_E3M4,
                Formats.OCP_E3M2,
                Formats.OCP_E2M3,
                Formats.OCP_E2M1,
                Formats.BINARY16,
                Formats.BFLOAT16,
                Formats.TF32,
                Formats.INT8,
                Formats.UINT8,
                Formats.INT4)) {
            boolean drawn = mode.isStochastic() && format instanceof IntFormat;
            assertThat(KERNELS.encoder(format, policies, 0) != null)
                    .as("%s %s", format, mode)
                    .isEqualTo(!drawn);
            assertThat(KERNELS.encoder(format, policies.saturating(), 0) != null)
                    .as("%s %s, saturating", format, mode)
                    .isEqualTo(!drawn);
            assertThat(KERNELS.decoder(format)).as("%s", format).isNotNull();
        }
    }

    @Test
    @Tag("fast")
    void everyWidthHasAPacker() {
        for (int width = 1; width <= 7; width++) {
            assertThat(KERNELS.packer(width, false)).isNotNull();
            assertThat(KERNELS.packer(width, true)).isNotNull();
        }
    }

    /** Faults that the parts of a kernel may have. */
    private enum Defect {
        TIES_AWAY,
        TRUNCATES,
        LEAVES_NANS_TO_THE_LOOP,
        DRAWS_OTHER_BITS,
        LOSES_RANDOM_BITS,
        SKIPS_CONDITIONER,
        MASKS_NOTHING;

        ScalarFormat format() {
            return switch (this) {
                case LEAVES_NANS_TO_THE_LOOP -> Formats.OCP_E5M2;
                case SKIPS_CONDITIONER -> Formats.UE4M3;
                case MASKS_NOTHING -> Formats.INT8;
                default -> Formats.OCP_E4M3;
            };
        }

        Policies policies() {
            return this == DRAWS_OTHER_BITS || this == LOSES_RANDOM_BITS
                    ? Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 8)
                    : Policies.IEEE;
        }

        Encoder encoder() {
            Codec codec = Codec.of(format(), policies());
            if (this == MASKS_NOTHING) {
                IntFormat f = Formats.INT8;
                return new LaneEncoder(
                        codec,
                        store -> LoopVariants.make(
                                EncodingLoop.class,
                                IntegerLoop.class,
                                new IntegerLoop.Shape(store, false, false, true, true, true, false, false),
                                f,
                                Rounding.TIES_TO_EVEN),
                        IntegerLoop.Shape.plainBelow(f, Policies.IEEE),
                        null,
                        null);
            }
            FloatTarget target = new FloatTarget((FloatFormat) format(), codec);
            Rounding mode = switch (this) {
                case TIES_AWAY -> Rounding.TIES_TO_AWAY;
                case TRUNCATES -> Rounding.TOWARD_ZERO;
                default -> policies().rounding();
            };
            RandomBits random = switch (this) {
                case DRAWS_OTHER_BITS -> new RandomBits(SEED + 1, 8, target.discarded);
                case LOSES_RANDOM_BITS -> new RandomBits(SEED, 5, target.discarded);
                default -> new RandomBits(SEED, 8, target.discarded);
            };
            int bits = this == LOSES_RANDOM_BITS ? 5 : policies().randomBits();
            int plainBelow = this == LEAVES_NANS_TO_THE_LOOP ? Integer.MAX_VALUE : target.plainBelow;
            return new LaneEncoder(codec, VectorKernels.encodingLoops(target, mode, bits), plainBelow, null, random);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("fast")
    void seededDefectIsFound(Defect defect) {
        float[] values = KernelCheck.values(defect.format(), 600, 1);
        assertThatThrownBy(
                        () -> KernelCheck.encoder(defect.encoder(), defect.format(), defect.policies(), SEED, values))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("must be");
    }
}
