package org.bitexact.testkit;

import java.util.stream.LongStream;
import org.bitexact.array.Packing;
import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/** Code shown in docs/testkit.md and in the API documentation; {@link TestkitGuideTest} asserts what it gives. */
final class TestkitSnippets {
    private TestkitSnippets() {}

    /** A converter under test: an implementation somebody wrote. */
    interface Converter {
        long convert(long bits);
    }

    static long firstFailure(Converter mine) {
        // @start region="package"
        ScalarFormat f32 = Formats.BINARY32;
        ScalarFunction toE4m3 =
                ScalarFunction.convert(f32, Codec.of(Formats.OCP_E4M3).saturating());
        CodeFunction oracle = toE4m3.oracle();
        CodeGenerator hard = CodeGenerator.of(f32, Formats.OCP_E4M3); // ties, limits, NaNs of the target
        for (int i = 0; i < 10_000; i++) {
            long x = hard.at(42, i); // seed and number: the same case everywhere
            if (mine.convert(x) != oracle.apply(x).code()) {
                return Simplicity.of(f32)
                        .shrink(x, y -> mine.convert(y) != oracle.apply(y).code());
            }
        }
        // @end
        return -1;
    }

    static MutantReport mutants() {
        // @start region="mutants"
        ScalarFunction toE4m3 = ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.OCP_E4M3));
        CodeFunction oracle = toE4m3.oracle();
        MutantReport report = Mutants.of(toE4m3).test(implementation -> {
            // a bench of small integers: ties, but nothing beside one
            for (int n = -60; n <= 60; n++) {
                long x = Integer.toUnsignedLong(Float.floatToRawIntBits(n));
                if (!implementation.apply(x).equals(oracle.apply(x))) {
                    return false; // the implementation is wrong
                }
            }
            return true;
        });
        System.out.println(report);
        // @end
        return report;
    }

    static void assertions(long actual) {
        // @start region="assertions"
        ScalarFunction toE4m3 = ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.OCP_E4M3));
        long tie = Float.floatToRawIntBits(1.0625f);
        CodeAssertions.of(Formats.OCP_E4M3).nans(NanComparison.ANY).assertCode(toE4m3, actual, tie); // fails with 0x39
        // @end
    }

    static long[] operands() {
        // @start region="operands"
        ScalarFunction fma = ScalarFunction.fma(Formats.OCP_E4M3, Formats.OCP_E5M2, Codec.of(Formats.BINARY32));
        OperandGenerator generator = OperandGenerator.of(fma);
        long[] tie = generator.at(OperandClass.HALFWAY, 42, 0); // a * b + c lies halfway between two floats
        long[] any = generator.at(42, 1); // of any class
        // @end
        return new long[] {tie.length, any.length};
    }

    static double vectors() {
        // @start region="vectors"
        VectorGenerator generator = VectorGenerator.of(Formats.BFLOAT16, Formats.BFLOAT16, Formats.BINARY32)
                .range(20) // products from 2^-20 to 1, or thereabouts
                .cancellation(30); // the sum is at most 2^-30 of the sum of magnitudes
        VectorGenerator.Operands dot = generator.at(64, 42, 0); // 64 products
        // @end
        return generator.conditionNumber(dot);
    }

    static MutantReport packing() {
        // @start region="packing"
        Mutants<CodePacker> packers = Mutants.packing(Packing.lowFirst(4));
        MutantReport report = packers.test(packer -> packer.pack(new byte[] {1, 2, 3})[0] == 0x21);
        // @end
        return report;
    }

    // @start region="source"
    /** For JUnit's {@code @MethodSource}. */
    static LongStream hardFloats() {
        return CodeGenerator.of(Formats.BINARY32, Formats.OCP_E4M3).codes(42).limit(1000);
    }
    // @end
}
