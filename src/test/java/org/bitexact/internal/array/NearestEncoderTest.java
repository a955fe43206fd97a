package org.bitexact.internal.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bitexact.codec.CodecTestData;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.SubnormalResults;
import org.bitexact.internal.codec.HalfFloats;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The codec is the reference; the loops work from the first value on here. */
@Tag("fast")
class NearestEncoderTest {
    private static final int MAGNITUDE = Integer.MAX_VALUE;

    @BeforeEach
    void theJdkHasHalfFloats() {
        assumeTrue(HalfFloats.PRESENT);
    }

    private static List<FloatFormat> formats() {
        List<FloatFormat> formats = new ArrayList<>(CodecTestData.namedFloats(8));
        formats.addAll(CodecTestData.unusualFloats());
        formats.addAll(P3109.all(3, 8));
        return formats;
    }

    /** Every format that is supported, saturating and not, at all its breakpoints, and mixed with special values. */
    @Test
    void givesTheCodesOfTheCodec() {
        int checked = 0;
        for (FloatFormat format : formats()) {
            for (Overflow overflow : List.of(Overflow.IEEE, Overflow.SATURATE)) {
                Policies policies = Policies.IEEE.withOverflow(overflow);
                if (NearestEncoder.supports(format, policies)) {
                    NearestEncoder encoder = new NearestEncoder(format, policies, 0);
                    KernelCheck.encoder(encoder, format, policies, 0, breakpoints(format));
                    KernelCheck.encoder(encoder, format, policies, 0, KernelCheck.values(format, 900, 3));
                    assertThat(encoder.usesLoops())
                            .as("%s %s", format, policies)
                            .isTrue();
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(30);
    }

    /** Its numbers and midpoints and the binary32 numbers beside them, of both signs, and the first that overflow. */
    private static float[] breakpoints(FloatFormat format) {
        List<Float> values = new ArrayList<>();
        for (double boundary : CodecTestData.boundaries(format)) {
            int bits = Float.floatToRawIntBits((float) Math.abs(boundary));
            for (int i = Math.max(bits - 1, 0); i <= bits + 1; i++) {
                values.add(Float.intBitsToFloat(i));
                values.add(Float.intBitsToFloat(i | ~MAGNITUDE));
            }
        }
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    @Test
    void policiesOfEveryPair() {
        int checked = 0;
        for (Policies policies : CodecTestData.pairwise(false)) {
            Policies nearest = policies.withRounding(Rounding.TIES_TO_EVEN);
            for (FloatFormat format : List.of(
                    Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.IEEE_E3M4, Formats.OCP_E2M3, Formats.OCP_E2M1)) {
                if (NearestEncoder.supports(format, nearest)) {
                    NearestEncoder encoder = new NearestEncoder(format, nearest, 0);
                    KernelCheck.encoder(encoder, format, nearest, 0, breakpoints(format));
                    KernelCheck.encoder(encoder, format, nearest, 0, KernelCheck.values(format, 200, 5));
                    assertThat(encoder.usesLoops()).as("%s %s", format, nearest).isTrue();
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(20);
    }

    /** Runs around the length of a block, with no special value, few, many and nothing else. */
    @Test
    void marksAnywhere() {
        SplittableRandom random = new SplittableRandom(8);
        for (FloatFormat format : List.of(Formats.OCP_E4M3, Formats.OCP_E5M2)) {
            Encoder encoder = new NearestEncoder(format, Policies.IEEE, 0);
            for (int special : new int[] {0, 1, 60, 1024}) {
                for (int n : new int[] {63, 64, 65, 2047, 2048, 2049, 5000, 9 * 2048}) {
                    float[] values = new float[n + 4];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = random.nextInt(1024) < special
                                ? Float.intBitsToFloat(0x7f80_0000 + random.nextInt(2) | random.nextInt() & ~MAGNITUDE)
                                : (float) (random.nextDouble() - 0.5);
                    }
                    KernelCheck.encoder(encoder, format, Policies.IEEE, 0, values);
                }
            }
        }
    }

    /** A value in 4099, in runs that are short enough for the loops to be taken in each. */
    @Test
    void spreadOverAllFloats() {
        for (FloatFormat format : List.of(Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.OCP_E2M3, Formats.OCP_E2M1)) {
            Encoder encoder = new NearestEncoder(format, Policies.IEEE, 0);
            int n = 2048;
            for (long first = 0; first + 4099L * n < 1L << 32; first += 4099L * n) {
                float[] values = new float[n];
                for (int i = 0; i < n; i++) {
                    values[i] = Float.intBitsToFloat((int) (first + 4099L * i));
                }
                byte[] codes = new byte[n];
                encoder.encode(values, 0, codes, 0, n, 0);
                long[] expected = KernelCheck.expectedCodes(format, Policies.IEEE, 0, values, 0, n, 0);
                assertThat(IntStream.range(0, n)
                                .filter(i -> (codes[i] & 0xff) != expected[i])
                                .boxed())
                        .as(format.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void leavesTheRestToTheTable() {
        Policies ieee = Policies.IEEE;
        FloatFormat unsigned =
                P3109.all(8, 8).stream().filter(f -> !f.signed()).findFirst().orElseThrow();
        assertThat(NearestEncoder.supports(Formats.OCP_E4M3, ieee)).isTrue();
        assertThat(NearestEncoder.supports(Formats.OCP_E4M3, ieee.withRounding(Rounding.TOWARD_ZERO)))
                .isFalse();
        assertThat(NearestEncoder.supports(
                        Formats.OCP_E4M3, ieee.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING)))
                .isFalse();
        assertThat(NearestEncoder.supports(Formats.E4M3FNUZ, ieee)).isFalse();
        assertThat(NearestEncoder.supports(unsigned, ieee)).isFalse();
        assertThat(NearestEncoder.supports(Formats.BINARY16, ieee)).isFalse();
    }

    /** The seeded defect: an encoder that saturates where overflow must give a NaN. */
    @Test
    void encoderOfAnotherOverflowIsFound() {
        Encoder defective = new NearestEncoder(Formats.OCP_E4M3, Policies.IEEE.withOverflow(Overflow.SATURATE), 0);
        assertThatThrownBy(() -> KernelCheck.encoder(
                        defective, Formats.OCP_E4M3, Policies.IEEE, 0, breakpoints(Formats.OCP_E4M3)))
                .isInstanceOf(AssertionError.class);
    }
}
