package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.P3109;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("fast")
class FloatStimulusTest {

    @Nested
    class OfTestFloatsTypes {

        @ParameterizedTest
        @CsvSource({"f16, 22, 34, 36", "bf16, 22, 50, 25", "f32, 22, 50, 88", "f64, 22, 64, 204"})
        void listsAsManyExponentsAndSignificands(String type, int inputs, int outputs, int significands) {
            FloatStimulus stimulus = switch (type) {
                case "f16" -> FloatStimulus.BINARY16;
                case "bf16" -> FloatStimulus.BFLOAT16;
                case "f32" -> FloatStimulus.BINARY32;
                default -> FloatStimulus.BINARY64;
            };
            assertThat(stimulus.inputHeads()).hasSize(inputs);
            assertThat(stimulus.outputHeads()).hasSize(outputs);
            assertThat(stimulus.significands(1)).hasSize(4);
            assertThat(stimulus.significands(2)).hasSize(significands);
        }

        @Test
        void binary32StopsShortAmongNegativeOperands() {
            assertThat(FloatStimulus.BINARY32.inputHeads())
                    .contains(0x7F00_0000L, 0xFE80_0000L)
                    .doesNotContain(0xFF00_0000L, 0x7E80_0000L);
        }

        @Test
        void bfloat16RepeatsASignificand() {
            assertThat(LongStream.of(FloatStimulus.BFLOAT16.significands(2)).filter(s -> s == 0x7E))
                    .hasSize(2);
        }

        @Test
        void binary64StraddlesTheRangeOfBinary32() {
            Set<Integer> exponents = Arrays.stream(FloatStimulus.BINARY64.outputHeads())
                    .filter(head -> head >= 0)
                    .mapToObj(head -> (int) (head >> 52) - 1023)
                    .collect(Collectors.toSet());
            assertThat(exponents)
                    .contains(-129, -128, -127, -126, 127, 128, 129)
                    .doesNotContain(-130, 126, 130);
        }
    }

    @Nested
    class OfOtherFormats {

        static Stream<FloatFormat> formats() {
            List<FloatFormat> family = List.of(
                    P3109.of(3, 1, true, true),
                    P3109.of(8, 1, false, false),
                    P3109.of(8, 8, false, true),
                    P3109.of(15, 7, true, true));
            return Stream.concat(
                    Formats.named().stream()
                            .filter(FloatFormat.class::isInstance)
                            .map(FloatFormat.class::cast),
                    family.stream());
        }

        @ParameterizedTest
        @MethodSource("formats")
        void listsAreCodesWithoutDuplicates(FloatFormat format) {
            FloatStimulus stimulus = FloatStimulus.of(format);
            for (long[] codes : List.of(stimulus.inputCodes(1), stimulus.outputCodes(1), stimulus.inputCodes(2))) {
                assertThat(Arrays.stream(codes)).allMatch(code -> (code & ~format.codeMask()) == 0);
            }
            assertThat(stimulus.inputCodes(1)).doesNotHaveDuplicates();
        }

        @ParameterizedTest
        @MethodSource("formats")
        void listsHoldTheExtremesAndTheSpecialCodes(FloatFormat format) {
            Set<Long> codes = Arrays.stream(FloatStimulus.of(format).inputCodes(1))
                    .boxed()
                    .collect(Collectors.toSet());
            assertThat(codes).contains(format.maxFiniteCode(), format.minNormalCode(), format.minPositiveCode());
            boolean stopsShort = List.of("f32", "bf16").contains(format.name()); // as TestFloat has it
            if (format.signed() && !stopsShort) {
                assertThat(codes).contains(format.maxFiniteCode() | format.signMask());
            }
            if (format.hasInfinity()) {
                assertThat(codes).contains(format.infinityCode());
            }
            if (format.hasNan()) {
                assertThat(codes).anyMatch(format::isNan);
            }
        }

        @ParameterizedTest
        @MethodSource("formats")
        void randomOperandsAreCodesAndReachEveryCodeOfANarrowFormat(FloatFormat format) {
            OperandSource source = OperandSource.forFloat(FloatStimulus.of(format));
            int shift = FloatStimulus.of(format).containerShift();
            GlibcRandom random = new GlibcRandom(1);
            Set<Long> seen = new HashSet<>();
            for (int i = 0; i < 50_000; i++) {
                long code = source.random(random) >>> shift;
                assertThat(code & ~format.codeMask()).isZero();
                seen.add(code);
            }
            if (format.width() <= 8) {
                assertThat(seen).hasSize(1 << format.width());
            }
        }

        @Test
        void tf32StandsInItsContainer() {
            FloatStimulus stimulus = FloatStimulus.of(Formats.TF32);
            assertThat(stimulus.containerShift()).isEqualTo(13);
            assertThat(Arrays.stream(OperandSource.forFloat(stimulus).inputs(2)))
                    .allMatch(code -> (code & 0x1FFF) == 0);
        }

        @Test
        void twoBitSignificandsAreAllListed() {
            assertThat(FloatStimulus.of(Formats.OCP_E5M2).significands(1)).containsExactlyInAnyOrder(0, 1, 2, 3);
            assertThat(FloatStimulus.of(Formats.OCP_E2M1).significands(2)).containsExactly(0, 1);
            assertThat(FloatStimulus.of(Formats.E8M0).significands(2)).containsExactly(0);
        }
    }

    @Test
    void rejectsFieldsThatAreTooWide() {
        assertThatThrownBy(() -> FloatStimulus.builder(17, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("exponentBits must be in [1, 16]: 17");
    }
}
