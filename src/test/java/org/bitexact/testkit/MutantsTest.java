package org.bitexact.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.bitexact.array.Packing;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.Tininess;
import org.bitexact.kernel.Accumulation;
import org.bitexact.kernel.DotProduct;
import org.bitexact.oracle.Oracle;
import org.bitexact.quant.Affine;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.FixedPointMultiplier;
import org.bitexact.quant.QuantizeRule;
import org.bitexact.quant.Quantizer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong implementations are wrong, listed where they are, and caught by benches that use the generators. */
@Tag("fast")
class MutantsTest {
    private static final Codec E4M3 = Codec.of(Formats.OCP_E4M3);
    private static final Codec F16 = Codec.of(Formats.BINARY16);
    private static final Codec F32 = Codec.of(Formats.BINARY32);
    private static final ScalarFunction TO_E4M3 = ScalarFunction.convert(Formats.BINARY32, E4M3);

    static Stream<ScalarFunction> functions() {
        Policies down = Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE);
        return Stream.of(
                TO_E4M3,
                ScalarFunction.convert(Formats.BINARY64, Codec.of(Formats.OCP_E5M2)),
                ScalarFunction.convert(Formats.BINARY16, Codec.of(Formats.BFLOAT16, down)),
                ScalarFunction.convert(
                        Formats.BINARY32, Codec.of(Formats.E4M3FNUZ).saturating()),
                ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.OCP_E2M1)),
                ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.E8M0)),
                ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.INT8)),
                ScalarFunction.convert(Formats.INT32, Codec.of(Formats.BFLOAT16)),
                ScalarFunction.convert(Formats.BINARY64, F32),
                // its largest number lies far below one
                ScalarFunction.convert(
                        Formats.BINARY64,
                        Codec.of(FloatFormat.builder("low", 4, 3).bias(900).build())),
                ScalarFunction.of(ScalarOperation.ADD, F16),
                ScalarFunction.of(ScalarOperation.SUBTRACT, Codec.of(Formats.BINARY16, down)),
                ScalarFunction.of(ScalarOperation.MULTIPLY, E4M3),
                ScalarFunction.of(
                        ScalarOperation.DIVIDE,
                        Codec.of(Formats.BFLOAT16, Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING))),
                ScalarFunction.of(ScalarOperation.SQUARE_ROOT, F16),
                ScalarFunction.of(ScalarOperation.FMA, F16),
                ScalarFunction.fma(Formats.OCP_E4M3, Formats.OCP_E5M2, F32));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void generatedOperandsKillEveryScalarMutant(ScalarFunction function) {
        Mutants<CodeFunction> mutants = Mutants.of(function);
        // of a seed that the search for examples does not use
        List<long[]> operands =
                OperandGenerator.of(function).operands(77).limit(8000).toList();
        CodeFunction oracle = function.oracle();
        List<Oracle.Result> expected = operands.stream().map(oracle::apply).toList();
        MutantReport report = mutants.test(implementation -> {
            for (int i = 0; i < operands.size(); i++) {
                if (!implementation.apply(operands.get(i)).equals(expected.get(i))) {
                    return false;
                }
            }
            return true;
        });
        report.assertComplete();
        assertThat(report.killed()).hasSize(mutants.all().size());
        assertThat(mutants.all().size()).isGreaterThan(8);
        assertThat(mutants.all()).extracting(Mutant::name).doesNotHaveDuplicates();
    }

    @Test
    void thereIsAMutantForEachKindOfMistake() {
        assertThat(names(Mutants.of(TO_E4M3)))
                .contains(
                        "truncate",
                        "ties-away",
                        "ties-to-zero",
                        "lost-sticky",
                        "lost-carry",
                        "saturates",
                        "early-overflow",
                        "largest-too-high",
                        "largest-too-low",
                        "flushes-inputs",
                        "flushes-results",
                        "underflow-early",
                        "underflow-when-exact",
                        "no-inexact-flag",
                        "zero-sign",
                        "nan-sign")
                // binary32 holds it all, and e4m3 has no payloads
                .doesNotContain("double-rounding", "nan-payload", "does-not-saturate", "two-roundings");
        assertThat(names(Mutants.conversion(Formats.BINARY64, Codec.of(Formats.OCP_E5M2))))
                .contains("double-rounding", "nan-payload");
        assertThat(names(Mutants.of(ScalarFunction.of(ScalarOperation.FMA, F16))))
                .contains("two-roundings", "double-rounding", "zero-sum-sign", "nan-payload");
        assertThat(names(Mutants.of(ScalarFunction.of(ScalarOperation.DIVIDE, F16))))
                .contains("reciprocal", "no-division-flag")
                .doesNotContain("two-roundings");
        assertThat(names(Mutants.of(TO_E4M3.with(Policies.IEEE.saturating()))))
                .contains("does-not-saturate", "infinity-kept", "no-overflow-flag")
                .doesNotContain("saturates");
        assertThat(names(Mutants.of(TO_E4M3.with(Policies.IEEE.withTininess(Tininess.BEFORE_ROUNDING)))))
                .contains("underflow-late")
                .doesNotContain("underflow-early");
        // NumPy's binary64 casts of ml_dtypes go through binary32, and must
        Policies via = Policies.IEEE.withPath(SourcePath.VIA_BINARY32);
        assertThat(names(Mutants.conversion(Formats.BINARY64, Codec.of(Formats.BFLOAT16, via))))
                .contains("single-rounding")
                .doesNotContain("double-rounding");
    }

    private static List<String> names(Mutants<?> mutants) {
        return mutants.all().stream().map(Mutant::name).toList();
    }

    @Nested
    class Defects {
        private long convert(String mutant, double x) {
            ScalarFunction f = ScalarFunction.convert(Formats.BINARY64, E4M3);
            Mutant<CodeFunction> m = Mutants.of(f).named(mutant);
            return m.implementation().apply(Double.doubleToRawLongBits(x)).code();
        }

        @Test
        void areThoseTheirNamesSay() {
            assertThat(convert("truncate", 1.9)).isEqualTo(0x3f);
            assertThat(convert("ties-away", 1.0625)).isEqualTo(0x39);
            assertThat(convert("ties-to-zero", 1.1875)).isEqualTo(0x39);
            // number-formats: 1+2^-4+2^-30 is 39, and 38 through binary32
            assertThat(E4M3.encode(0x1.10000004p0)).isEqualTo(0x39);
            assertThat(convert("double-rounding", 0x1.10000004p0)).isEqualTo(0x38);
            assertThat(convert("lost-sticky", 0x1.10000004p0)).isEqualTo(0x38);
            assertThat(convert("lost-carry", 1.99)).isEqualTo(0x38);
            assertThat(convert("early-overflow", 450)).isEqualTo(0x7f);
            assertThat(convert("largest-too-low", 448)).isEqualTo(0x7d);
            assertThat(convert("saturates", 1000)).isEqualTo(0x7e);
            assertThat(convert("flushes-results", 0x1p-8)).isZero();
            assertThat(convert("subnormal-shift", 0x1p-8)).isEqualTo(1);
            assertThat(convert("tiny-to-zero", 0x1.8p-10)).isZero();
            assertThat(convert("zero-sign", -0.0)).isZero();
        }

        /** CPFloat's E4M3 delivered 480 for 465 to 496: the code of NaN, without overflow. */
        @Test
        void theCodeBeyondTheLargestIsTakenForANumber() {
            CodeFunction wrong = Mutants.conversion(Formats.BINARY32, E4M3)
                    .named("largest-too-high")
                    .implementation();
            long x = Float.floatToRawIntBits(470);
            assertThat(wrong.apply(x)).isEqualTo(new Oracle.Result(0x7f, Flags.INEXACT));
            assertThat(TO_E4M3.oracle().apply(x)).isEqualTo(new Oracle.Result(0x7f, Flags.INEXACT | Flags.OVERFLOW));
        }

        /** fmaf of one JDK: rounded to binary64, then to binary32. */
        @Test
        void doubleRoundingOfABinary32FmaGoesThroughBinary64() {
            ScalarFunction fma = ScalarFunction.of(ScalarOperation.FMA, F32);
            long[] x = {bits(0.9474001f), bits(4.639901e-7f), bits(-0.24325085f)};
            assertThat(fma.oracle().apply(x).code()).isEqualTo(bits(-0x1.f22d46p-3f));
            long throughDouble = bits((float) (0.9474001f * (double) 4.639901e-7f + -0.24325085f));
            assertThat(Mutants.of(fma)
                            .named("double-rounding")
                            .implementation()
                            .apply(x)
                            .code())
                    .isEqualTo(throughDouble);
            long twice = bits(0.9474001f * 4.639901e-7f + -0.24325085f);
            assertThat(Mutants.of(fma)
                            .named("two-roundings")
                            .implementation()
                            .apply(x)
                            .code())
                    .isEqualTo(twice);
        }

        private long bits(float x) {
            return Integer.toUnsignedLong(Float.floatToRawIntBits(x));
        }

        @Test
        void flagsAloneSaysWhichBenchesOfCodesCannotFind() {
            Mutants<CodeFunction> all = Mutants.of(TO_E4M3);
            assertThat(all.named("underflow-early").flagsAlone()).isTrue();
            assertThat(all.named("truncate").flagsAlone()).isFalse();
            assertThat(names(all.withWrongCodes())).contains("truncate").doesNotContain("underflow-early");
            CodeFunction oracle = TO_E4M3.oracle();
            all.withWrongCodes()
                    .test(implementation -> CodeGenerator.of(Formats.BINARY32, Formats.OCP_E4M3)
                            .codes(3)
                            .limit(8000)
                            .allMatch(x -> implementation.apply(x).code()
                                    == oracle.apply(x).code()))
                    .assertComplete();
        }

        @Test
        void namesThatDoNotExistAreRefusedWithThoseThatDo() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Mutants.of(TO_E4M3).named("no-such"))
                    .withMessageContaining("truncate")
                    .withMessageContaining("no-such");
        }
    }

    @Nested
    class Report {
        @Test
        void aBenchThatAcceptsEverythingKillsNothing() {
            MutantReport report = Mutants.of(TO_E4M3).test(implementation -> true);
            assertThat(report.killed()).isEmpty();
            assertThat(report.survivors()).hasSameSizeAs(Mutants.of(TO_E4M3).all());
            assertThat(report.isComplete()).isFalse();
        }

        @Test
        void aBenchThatRejectsTheRightImplementationIsToldSo() {
            MutantReport report = Mutants.of(TO_E4M3).testAssertions(implementation -> {
                throw new AssertionError("I do not like it");
            });
            assertThat(report.survivors()).isEmpty();
            assertThat(report.isComplete()).isFalse();
            assertThat(report.toString())
                    .contains("rejects the right implementation")
                    .contains("I do not like it");
        }

        @Test
        void exceptionsOfABenchCountAsRejections() {
            assertThat(Mutants.of(TO_E4M3)
                            .testAssertions(implementation -> {
                                if (implementation.apply(0x3fff_ffffL).code() != 0x40) {
                                    throw new IllegalStateException("2 expected");
                                }
                            })
                            .killed())
                    .extracting(Mutant::name)
                    .contains("truncate");
        }
    }

    // ------------------------------------------------------------------ other families

    static Stream<Accumulation> accumulations() {
        return Stream.of(
                Accumulation.fma(F32),
                Accumulation.multiplyAdd(F16),
                Accumulation.fused(4, F32),
                Accumulation.pairwise(Codec.of(Formats.BFLOAT16)),
                Accumulation.exact(F16),
                Accumulation.fma(F16).promoted(4, F32));
    }

    @ParameterizedTest
    @MethodSource("accumulations")
    void generatedVectorsKillEveryWrongDotProduct(Accumulation how) {
        ScalarFormat a = Formats.OCP_E4M3;
        FloatFormat b = Formats.BFLOAT16;
        Mutants<DotProduct> mutants = Mutants.dotProduct(a, b, how);
        VectorGenerator extremes = VectorGenerator.of(a, b, how.format()).extremes();
        assertThat(names(mutants)).contains("narrow-sum", "truncating-sum", "addend-lost");
        List<VectorGenerator.Operands> operands = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            VectorGenerator generator = i % 3 == 2
                    ? extremes
                    : VectorGenerator.of(a, b, how.format()).range(i % 30).cancellation(i % 20);
            operands.add(generator.at(1 + i % 20, 9, i));
        }
        DotProduct right = mutants.right();
        long[] expected = operands.stream().mapToLong(o -> dot(right, o)).toArray();
        mutants.test(rule -> {
                    for (int i = 0; i < expected.length; i++) {
                        if (dot(rule, operands.get(i)) != expected[i]) {
                            return false;
                        }
                    }
                    return true;
                })
                .assertComplete();
    }

    private static long dot(DotProduct rule, VectorGenerator.Operands o) {
        return rule.dot(o.a(), 0, o.b(), 0, o.k(), o.c()[0]);
    }

    static Stream<BlockCodec> blockCodecs() {
        return Stream.of("mxfp4", "mxfp6_e3m2", "mxfp8_e4m3", "mxint8", "nvfp4")
                .map(FormatNames::block)
                .map(BlockCodec::of);
    }

    @ParameterizedTest
    @MethodSource("blockCodecs")
    void generatedValuesKillEveryWrongBlockEncoder(BlockCodec codec) {
        Mutants<BlockEncoder> mutants = Mutants.block(codec);
        assertThat(names(mutants)).contains("scale-not-applied", "first-scale", "truncate", "ties-away");
        BlockGenerator generator = BlockGenerator.of(codec.format());
        mutants.test(encoder -> {
                    for (int i = 0; i < 800; i++) {
                        float[] values = generator.at(1 + i % 70, 5, i);
                        int scales = codec.blocks(values.length) * codec.scaleBytes();
                        byte[][] right = {new byte[values.length], new byte[scales]};
                        byte[][] made = {new byte[values.length], new byte[scales]};
                        codec.encode(values, 0, right[0], 0, right[1], 0, values.length);
                        encoder.encode(values, made[0], made[1]);
                        if (!Arrays.deepEquals(right, made)) {
                            return false;
                        }
                    }
                    return true;
                })
                .assertComplete();
    }

    @Test
    void scaleRulesOfMxAreTold() {
        assertThat(names(Mutants.block(BlockCodec.of(FormatNames.block("mxfp4")))))
                .contains("scale-ceil", "scale-off-by-one", "nan-ignored")
                .doesNotContain("scale-floor");
    }

    static Stream<Packing> packings() {
        return Stream.of(Packing.lowFirst(4), Packing.highFirst(4), Packing.lowFirst(6), Packing.lowFirst(1));
    }

    @ParameterizedTest
    @MethodSource("packings")
    void codesKillEveryWrongPacking(Packing packing) {
        Mutants<CodePacker> mutants = Mutants.packing(packing);
        assertThat(names(mutants)).contains("wrong-order", "last-byte-lost", "stray-bits");
        byte[] codes = new byte[13];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) Draws.below(Draws.source(2, i), 1 << packing.width());
        }
        mutants.test(packer -> {
                    byte[] dense = packer.pack(codes);
                    for (int i = 0; i < codes.length; i++) {
                        if (packing.get(dense, 0, i) != codes[i]) {
                            return false;
                        }
                    }
                    // unused bits are zeros: the sum of bits is that of the codes
                    int bits = 0;
                    for (byte b : dense) {
                        bits += Integer.bitCount(b & 0xff);
                    }
                    for (byte c : codes) {
                        bits -= Integer.bitCount(c);
                    }
                    return bits == 0;
                })
                .assertComplete();
    }

    /** The orders of nibbles that exporters confuse. */
    @Test
    void wrongOrderSwapsNibbles() {
        Mutant<CodePacker> swapped = Mutants.packing(Packing.lowFirst(4)).named("wrong-order");
        assertThat(swapped.implementation().pack(new byte[] {1, 2, 3})).containsExactly(0x12, 0x30);
    }

    @Test
    void zeroPointBeforeRoundingIsAMutantOfOnnx() {
        Mutants<FloatQuantizer> mutants =
                Mutants.quantization(Quantizer.of(Formats.INT8, QuantizeRule.ONNX, new Affine(1, 1)));
        assertThat(mutants.named("zero-point-early").implementation().quantize(0.5f))
                .isEqualTo(2);
        assertThat(mutants.right().quantize(0.5f)).isEqualTo(1);
        assertThat(names(mutants)).contains("ties-away", "half-up", "wraps", "range", "nan-otherwise");
    }

    @Test
    void halvesKillEveryWrongQuantizer() {
        Affine affine = new Affine(0.1f, 3);
        Mutants<FloatQuantizer> mutants = Mutants.quantization(Quantizer.of(Formats.INT8, QuantizeRule.ONNX, affine));
        mutants.test(quantizer -> {
                    for (int half = -300; half <= 300; half++) {
                        float x = half / 2f * affine.scale();
                        for (float y : new float[] {x, Math.nextUp(x), Math.nextDown(x)}) {
                            double q = Math.rint(y / affine.scale()) + affine.zeroPoint();
                            if (quantizer.quantize(y) != Math.max(-128, Math.min(127, q))) {
                                return false;
                            }
                        }
                    }
                    return quantizer.quantize(Float.NaN) == affine.zeroPoint();
                })
                .assertComplete();
    }

    @Test
    void accumulatorsKillEveryWrongRequantization() {
        for (boolean twice : new boolean[] {false, true}) {
            Requantization right = new Requantization(FixedPointMultiplier.of(0.0123), twice, 5, Formats.INT8);
            Mutants<IntUnaryOperator> mutants = Mutants.requantization(right);
            assertThat(names(mutants)).contains("zero-point-missing", "floor", "wraps", "zero-point-late");
            mutants.test(operator -> {
                        for (int x = -12_000; x <= 12_000; x++) {
                            if (operator.applyAsInt(x) != right.applyAsInt(x)) {
                                return false;
                            }
                        }
                        for (int i = 0; i < 100_000; i++) {
                            int x = (int) Draws.source(4, i).nextLong() >> i % 20;
                            if (operator.applyAsInt(x) != right.applyAsInt(x)) {
                                return false;
                            }
                        }
                        return true;
                    })
                    .assertComplete();
        }
    }

    /** The mistakes of arithmetic that propagate NaNs are ways real processors have. */
    @Test
    void nanMutantsOfArithmeticPropagate() {
        ScalarFunction add = ScalarFunction.of(ScalarOperation.ADD, F16);
        assertThat(add.arithmetic().nans()).isEqualTo(NanPropagation.CANONICAL);
        assertThat(Mutants.of(add)
                        .named("nan-sign")
                        .implementation()
                        .apply(0xfe12, 0x3c00)
                        .code())
                .isEqualTo(0xfe12);
        assertThat(add.oracle().apply(0xfe12, 0x3c00).code()).isEqualTo(0x7e00);
    }
}
