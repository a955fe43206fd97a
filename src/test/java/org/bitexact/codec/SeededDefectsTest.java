package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.oracle.Oracle;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checks can fail: encoders with one seeded defect each, of the kinds that other projects shipped, are all caught by
 * the comparison and the boundary values that {@link CodecExhaustiveTest} uses.
 */
@Tag("fast")
class SeededDefectsTest {
    /** A correct encoder of other policies than those asked for, or with its results spoilt. */
    private static class Mutant extends OracleCheck.CodecEncoder {
        Mutant(Codec codec) {
            super(codec);
        }

        /** Changes an input; the sign and NaN payloads survive. */
        double input(double x) {
            return x;
        }

        /** Changes a result. */
        Oracle.Result output(double x, Oracle.Result result) {
            return result;
        }

        @Override
        public Oracle.Result ofDouble(double x, long random) {
            return output(x, super.ofDouble(input(x), random));
        }

        @Override
        public Oracle.Result ofFloatBits(int bits, long random) {
            return ofDouble(Float.intBitsToFloat(bits), random);
        }

        @Override
        public Oracle.Result ofLong(long x, long random) {
            return output(x, super.ofLong(x, random));
        }

        @Override
        public Oracle.Result ofDecimal(BigDecimal x, long random) {
            return output(x.doubleValue(), super.ofDecimal(x, random));
        }

        @Override
        public Oracle.Result ofCode(ScalarFormat source, long code, long random) {
            return super.ofCode(source, code, random);
        }
    }

    private interface Defect {
        Mutant in(FloatFormat format, Policies policies);
    }

    private static Named<Defect> defect(String name, Defect defect) {
        return Named.of(name, defect);
    }

    static Stream<Named<Defect>> defects() {
        return Stream.of(
                defect("truncate", (f, p) -> new Mutant(Codec.of(f, p.withRounding(Rounding.TOWARD_ZERO)))),
                defect("ties away", (f, p) -> new Mutant(Codec.of(f, p.withRounding(Rounding.TIES_TO_AWAY)))),
                defect(
                        "ties toward zero",
                        (f, p) -> new Mutant(Codec.of(f, p.withRounding(Rounding.TIES_TOWARD_ZERO)))),
                defect("double rounding through binary32", (f, p) -> new Mutant(Codec.of(f, p)) {
                    @Override
                    double input(double x) {
                        return Double.isNaN(x) || Math.abs(x) > Float.MAX_VALUE || Math.abs(x) < Float.MIN_NORMAL
                                ? x
                                : (float) x;
                    }
                }),
                defect("lost sticky: the last 8 bits of the source ignored", (f, p) -> new Mutant(Codec.of(f, p)) {
                    @Override
                    double input(double x) {
                        return Double.isNaN(x) ? x : Double.longBitsToDouble(Double.doubleToRawLongBits(x) & -256L);
                    }
                }),
                defect("underflow early", (f, p) -> new Mutant(Codec.of(f, p.withTininess(Tininess.BEFORE_ROUNDING)))),
                defect(
                        "subnormals flushed",
                        (f, p) ->
                                new Mutant(Codec.of(f, p.withSubnormalResults(SubnormalResults.FLUSH_AFTER_ROUNDING)))),
                defect("saturates", (f, p) -> new Mutant(Codec.of(f, p.withOverflow(Overflow.SATURATE)))),
                defect("overflows before rounding", (f, p) -> {
                    Codec codec = Codec.of(f, p);
                    double largest = codec.decode(f.maxFiniteCode());
                    return new Mutant(codec) {
                        @Override
                        double input(double x) {
                            // what lies beyond the largest number overflows at once, though it may round down to it
                            return Math.abs(x) > largest && Double.isFinite(x) ? Math.copySign(1e300, x) : x;
                        }
                    };
                }),
                defect("saturates before rounding, losing the flag", (f, p) -> new Mutant(Codec.of(f, p)) {
                    @Override
                    Oracle.Result output(double x, Oracle.Result r) {
                        return new Oracle.Result(r.code(), r.flags() & ~Flags.OVERFLOW);
                    }
                }),
                defect("-0 lost", (f, p) -> new Mutant(Codec.of(f, p)) {
                    @Override
                    Oracle.Result output(double x, Oracle.Result r) {
                        return r.code() == f.signMask() ? new Oracle.Result(0, r.flags()) : r;
                    }
                }),
                defect("sign of NaN lost", (f, p) -> new Mutant(Codec.of(f, p.withNan(NanRule.CANONICAL)))),
                defect("payload of NaN lost", (f, p) -> new Mutant(Codec.of(f, p.withNan(NanRule.CANONICAL_SIGNED)))),
                defect("signaling NaN raises nothing", (f, p) -> new Mutant(Codec.of(f, p)) {
                    @Override
                    Oracle.Result output(double x, Oracle.Result r) {
                        return Double.isNaN(x) ? new Oracle.Result(r.code(), 0) : r;
                    }
                }),
                defect("inexact lost at ties", (f, p) -> new Mutant(Codec.of(f, p)) {
                    @Override
                    Oracle.Result output(double x, Oracle.Result r) {
                        double y = Codec.of(f).decode(r.code());
                        double half = Math.scalb(1.0, Codes.of(f).ulpExponent(f.isFinite(r.code()) ? r.code() : 0) - 1);
                        return Math.abs(y - x) == half ? new Oracle.Result(r.code(), r.flags() & ~Flags.INEXACT) : r;
                    }
                }),
                defect("carry into the next binade lost", (f, p) -> new Mutant(Codec.of(f, p)) {
                    @Override
                    Oracle.Result output(double x, Oracle.Result r) {
                        double y = Math.abs(Codec.of(f).decode(r.code()));
                        boolean carried = Math.abs(x) < y && y >= 0x1p-14 && Math.getExponent(x) != Math.getExponent(y);
                        return carried && f.isFinite(r.code()) ? new Oracle.Result(r.code() - 1, r.flags()) : r;
                    }
                }));
    }

    private static void checkEveryBoundary(FloatFormat format, Policies policies, OracleCheck.Encoder encoder) {
        OracleCheck check = new OracleCheck(format, policies, encoder);
        check.specials(0);
        for (double x : CodecTestData.boundaries(format)) {
            check.around(x, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("defects")
    void everyDefectIsCaught(Defect defect) {
        Mutant mutant = defect.in(Formats.OCP_E5M2, Policies.IEEE);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> checkEveryBoundary(Formats.OCP_E5M2, Policies.IEEE, mutant))
                .withMessageContaining("to e5m2: codec E5M2 0x")
                .withMessageContaining("oracle E5M2 0x");
    }

    /** The wrapper itself is no defect. */
    @Test
    void theCodecPassesInTheSameFrame() {
        assertThatNoException()
                .isThrownBy(() -> checkEveryBoundary(
                        Formats.OCP_E5M2, Policies.IEEE, new OracleCheck.CodecEncoder(Codec.of(Formats.OCP_E5M2))));
        assertThat(defects().count()).isGreaterThanOrEqualTo(8);
        assertThat(Arrays.stream(CodecTestData.boundaries(Formats.OCP_E5M2))
                        .distinct()
                        .count())
                .isGreaterThan(2 * 123);
    }
}
