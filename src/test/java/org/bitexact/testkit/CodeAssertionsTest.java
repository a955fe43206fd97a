package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.bitexact.oracle.Oracle;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Assertions hold where they should, and their messages say what is wrong and what would have given it. */
@Tag("fast")
class CodeAssertionsTest {
    private static final CodeAssertions E4M3 = CodeAssertions.of(Formats.OCP_E4M3);
    private static final ScalarFunction TO_E4M3 = ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.OCP_E4M3));

    private static String message(ThrowingCallable failing) {
        return catchThrowableOfType(AssertionError.class, failing).getMessage();
    }

    private static long bits(float x) {
        return Integer.toUnsignedLong(Float.floatToRawIntBits(x));
    }

    @Nested
    class Codes {
        @Test
        void aMismatchIsShownInWordsAndDistance() {
            assertThat(message(() -> E4M3.assertEquals(0x38, 0x3a))).isEqualTo("""
                            expected E4M3 0x38 = 0 0111 000 = 1
                             actual  E4M3 0x3A = 0 0111 010 = 1.25
                             apart   2 steps, 2 ulp of e4m3""");
            assertThatNoException().isThrownBy(() -> E4M3.assertEquals(0x38, 0x38));
        }

        @Test
        void zerosOfDifferentSignDiffer() {
            assertThat(message(() -> E4M3.assertEquals(0, 0x80))).contains("apart   0 steps, 0 ulp");
        }

        @Test
        void aCodeThatDoesNotFitIsAMismatchNotACrash() {
            assertThat(message(() -> E4M3.assertEquals(0x38, 0x138))).contains("0x138, which has more than 8 bits");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> E4M3.assertEquals(0x138, 0x38))
                    .withMessageContaining("0x138");
        }

        @Test
        void nansAreComparedAsTheRuleSays() {
            CodeAssertions half = CodeAssertions.of(Formats.BINARY16);
            assertThat(half.areEqual(0x7e00, 0x7e01)).isFalse();
            assertThat(half.nans(NanComparison.CLASS).areEqual(0x7e00, 0xfe01)).isTrue();
            assertThat(half.nans(NanComparison.CLASS).areEqual(0x7e00, 0x7c01)).isFalse();
            assertThat(half.nans(NanComparison.ANY).areEqual(0x7e00, 0x7c01)).isTrue();
            assertThat(half.nans(NanComparison.ANY).areEqual(0x7e00, 0x7c00)).isFalse();
            assertThat(half.nans(NanComparison.ANY).areEqual(0x3c00, 0x7e00)).isFalse();
            assertThat(message(() -> half.assertEquals(0x7e00, 0x7e01))).contains("(NaNs compared bit for bit)");
        }

        @Test
        void toleranceIsInUlpsOfANamedFormat() {
            CodeAssertions one = E4M3.within(1, Formats.OCP_E4M3);
            assertThat(one.areEqual(0x38, 0x39)).isTrue();
            assertThat(one.areEqual(0x38, 0x3a)).isFalse();
            assertThat(one.areEqual(0, 0x80)).isTrue();
            assertThat(one.areEqual(0x7e, 0x7f)).isFalse(); // NaN is no number
            CodeAssertions f32 = CodeAssertions.of(Formats.BINARY32).within(0.5, Formats.BFLOAT16);
            assertThat(f32.areEqual(bits(1), bits(1 + 0x1p-8f))).isTrue();
            assertThat(f32.areEqual(bits(1), bits(1 + 0x1.01p-8f))).isFalse();
            assertThat(message(() -> f32.assertEquals(bits(1), bits(1.5f))))
                    .contains("4194304 steps, 64 ulp of bf16, allowed 0.5");
            assertThatIllegalArgumentException().isThrownBy(() -> E4M3.within(-1, Formats.OCP_E4M3));
        }
    }

    @Nested
    class Arrays {
        @Test
        void theFirstDivergenceIsShown() {
            byte[] expected = {0x38, 0x39, (byte) 0xfe, 0};
            byte[] actual = {0x38, 0x38, (byte) 0x7e, 0};
            assertThat(message(() -> E4M3.assertEquals(expected, actual)))
                    .startsWith("2 of 4 codes differ, the first at 1\nexpected E4M3 0x39");
            assertThatNoException().isThrownBy(() -> E4M3.assertEquals(expected, expected.clone()));
            assertThat(message(() -> E4M3.assertEquals(expected, new byte[3])))
                    .isEqualTo("expected 4 codes, but there are 3");
        }

        @Test
        void ofAllElementTypes() {
            CodeAssertions f32 = CodeAssertions.of(Formats.BINARY32);
            int[] ints = {0xff80_0000, 1};
            assertThatNoException().isThrownBy(() -> f32.assertEquals(ints, ints.clone()));
            assertThat(message(() -> f32.assertEquals(ints, new int[] {0xff80_0000, 2})))
                    .contains("first at 1");
            short[] shorts = {(short) 0x8000, 0x3c00};
            assertThat(message(() -> CodeAssertions.of(Formats.BINARY16).assertEquals(shorts, new short[] {0, 0x3c00})))
                    .contains("first at 0");
            long[] longs = {-1L, 5};
            assertThat(message(() -> CodeAssertions.of(Formats.BINARY64).assertEquals(longs, new long[] {-1L, 6})))
                    .contains("first at 1");
        }
    }

    @Nested
    class Results {
        @Test
        void theModeThatGivesAWrongResultIsNamed() {
            assertThat(message(() -> E4M3.assertCode(TO_E4M3, 0x39, bits(1.0625f))))
                    .startsWith("convert f32 -> e4m3 (rne, ieee): f32 0x3f880000 (1.0625)\nexpected E4M3 0x38")
                    .contains("given by rounding rna, rhu, raz, ru, ro\n")
                    .contains("mistake ties-away: ties go away from zero");
        }

        @Test
        void theProfileThatGivesItIsNamed() {
            assertThat(message(() -> E4M3.assertCode(TO_E4M3, 0x7e, bits(1000))))
                    .contains("profile ")
                    .contains("cuda-sat")
                    .contains("mistake saturates");
        }

        @Test
        void theMistakeThatGivesItIsNamed() {
            long lost = bits(0x1.100002p0f);
            assertThat(message(() -> E4M3.assertCode(TO_E4M3, 0x38, lost))).contains("mistake lost-sticky");
            ScalarFunction fma = ScalarFunction.of(ScalarOperation.FMA, Codec.of(Formats.BINARY16));
            Mutant<CodeFunction> twice = Mutants.of(fma).named("two-roundings");
            OperandGenerator generator = OperandGenerator.of(fma);
            long[] x = generator
                    .operands(1)
                    .filter(o -> twice.implementation().apply(o).code()
                            != fma.oracle().apply(o).code())
                    .findFirst()
                    .orElseThrow();
            assertThat(message(() -> CodeAssertions.of(Formats.BINARY16)
                            .assertResult(fma, twice.implementation().apply(x), x)))
                    .contains("mistake two-roundings: the product is rounded before the addend is added");
        }

        @Test
        void flagsAreComparedToo() {
            Oracle.Result right = TO_E4M3.oracle().apply(bits(0x1.ep-7f));
            assertThatNoException().isThrownBy(() -> E4M3.assertResult(TO_E4M3, right, bits(0x1.ep-7f)));
            assertThat(message(() -> E4M3.assertResult(
                            TO_E4M3, new Oracle.Result(0x08, Flags.INEXACT | Flags.UNDERFLOW), bits(0x1.fp-7f))))
                    .contains("expected flags ....x\n actual  flags ...ux beside E4M3 0x08")
                    .contains("mistake underflow-early: tininess is judged before rounding");
        }

        @Test
        void aResultThatNothingExplainsIsSaidToBe() {
            assertThat(message(() -> E4M3.assertCode(TO_E4M3, 0x55, bits(1))))
                    .contains("given by no rounding mode and no known mistake");
        }

        @Test
        void theFormatMustBeThatOfTheResult() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            E4M3.assertCode(ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.INT8)), 0, 0))
                    .withMessageContaining("i8");
        }
    }
}
