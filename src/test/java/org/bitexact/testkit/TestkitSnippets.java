package org.bitexact.testkit;

import org.bitexact.codec.Codec;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/** Code shown in the API documentation; {@link MutantsTest} and {@link SimplicityTest} assert what it gives. */
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
        System.out.println(report); // ... survives: lost-sticky, for example f32 0x41a80001 is ...
        // @end
        return report;
    }

    static void assertions(long actual) {
        // @start region="assertions"
        ScalarFunction toE4m3 = ScalarFunction.convert(Formats.BINARY32, Codec.of(Formats.OCP_E4M3));
        long tie = Float.floatToRawIntBits(1.0625f);
        CodeAssertions.of(Formats.OCP_E4M3)
                .nans(NanComparison.ANY)
                .assertCode(toE4m3, actual, tie); // 0x39 is what rounding ties to away gives
        // @end
    }
}
