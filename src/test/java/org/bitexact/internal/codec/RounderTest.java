package org.bitexact.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bitexact.codec.CodecTestData.DETERMINISTIC;
import static org.bitexact.codec.CodecTestData.STOCHASTIC;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bitexact.codec.CodecTestData;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.SubnormalRule;
import org.bitexact.format.Tininess;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rounding routine itself, against the oracle: significands of 128 bits and a sticky bit, cut at every kind of place
 * that a format has.
 *
 * <p>Where a value is cut, all that counts is the significand kept, the fraction discarded, and whether bits are lost
 * below its first 64; the values here put ones and zeros on both sides of each of these places.
 */
@Tag("fast")
class RounderTest {
    /** {@code (hi:lo + epsilon) * 2^exp}, as {@link Rounder#round} takes it. */
    private record Value(long hi, long lo, int exp, boolean sticky) {
        static Value of(BigInteger significand, int exponent, boolean sticky) {
            int zeros = 128 - significand.bitLength();
            BigInteger top = significand.shiftLeft(zeros);
            return new Value(top.shiftRight(64).longValue(), top.longValue(), exponent - zeros, sticky);
        }

        OracleValue exact(boolean neg) {
            BigInteger doubled = new BigInteger(Long.toUnsignedString(hi))
                    .shiftLeft(64)
                    .add(new BigInteger(Long.toUnsignedString(lo)))
                    .shiftLeft(1)
                    .add(sticky ? BigInteger.ONE : BigInteger.ZERO);
            return OracleValue.ofScaled(neg ? doubled.negate() : doubled, exp - 1);
        }
    }

    /** Parameters that {@link FloatFormat#builder} keeps to 32 bits. */
    private static FloatFormat format(
            boolean signed, int exponentBits, int trailingBits, int bias, SpecialValues specials, SubnormalRule rule) {
        String name = String.format(
                Locale.ROOT, "%s%d_%d_%s_%s", signed ? "s" : "u", exponentBits, trailingBits, specials, rule);
        return new FloatFormat(
                name.toLowerCase(Locale.ROOT),
                signed,
                exponentBits,
                trailingBits,
                bias,
                specials,
                rule,
                64,
                FormatInfo.custom(name));
    }

    /** One or two formats of each kind that the routine tells apart, narrow and wide. */
    static List<FloatFormat> floats() {
        return List.of(
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.E4M3FNUZ,
                Formats.OCP_E2M1,
                Formats.BINARY16,
                Formats.BINARY32,
                Formats.BINARY64,
                Formats.UE4M3,
                Formats.E8M0,
                Formats.CFLOAT16_UHP,
                P3109.of(6, 1, true, true),
                P3109.of(6, 3, true, false),
                P3109.of(5, 1, false, true),
                P3109.of(5, 2, false, false),
                format(true, 5, 0, 15, SpecialValues.NONE, SubnormalRule.GRADUAL),
                format(false, 4, 2, 7, SpecialValues.IEEE, SubnormalRule.GRADUAL),
                format(false, 4, 0, 7, SpecialValues.NONE, SubnormalRule.GRADUAL),
                format(false, 3, 2, 3, SpecialValues.FN, SubnormalRule.ABSENT),
                format(false, 3, 2, 3, SpecialValues.NONE, SubnormalRule.TESLA_LITERAL),
                format(true, 3, 2, 3, SpecialValues.FN, SubnormalRule.ABSENT),
                format(true, 3, 2, 3, SpecialValues.NONE, SubnormalRule.ABSENT),
                format(true, 4, 0, 7, SpecialValues.NONE, SubnormalRule.FLUSH),
                format(true, 4, 3, 7, SpecialValues.IEEE, SubnormalRule.FLUSH),
                format(true, 4, 3, 7, SpecialValues.IEEE, SubnormalRule.TESLA_LITERAL),
                format(true, 4, 1, 7, SpecialValues.NONE, SubnormalRule.TESLA_LITERAL),
                format(true, 11, 52, 1023, SpecialValues.IEEE, SubnormalRule.TESLA_LITERAL),
                format(true, 11, 52, 1023, SpecialValues.FN, SubnormalRule.FLUSH),
                format(false, 9, 40, 255, SpecialValues.NONE, SubnormalRule.GRADUAL));
    }

    static List<IntFormat> integers() {
        List<IntFormat> formats = new ArrayList<>(CodecTestData.namedIntegers());
        formats.add((IntFormat) FormatNames.scalar("i64").format());
        formats.add((IntFormat) FormatNames.scalar("u64").format());
        FormatInfo info = Formats.INT8.info();
        formats.add(new IntFormat("i8s", IntFormat.Encoding.TWOS_COMPLEMENT, 8, true, 5, info));
        formats.add(new IntFormat("b1s", IntFormat.Encoding.BIPOLAR, 1, false, 3, info));
        return formats;
    }

    /** Every pair of values of two policy axes; what comes before the rounding, flushed inputs and binary32, left out. */
    private static List<Policies> pairs(boolean wrap) {
        return CodecTestData.pairwise(wrap).stream()
                .map(p -> p.withPath(SourcePath.DIRECT).withFlushInputs(false))
                .distinct()
                .toList();
    }

    /** What becomes of small results depends on three axes together. */
    private static List<Policies> modes() {
        List<Policies> rows = new ArrayList<>();
        for (Rounding mode : DETERMINISTIC) {
            for (Tininess tininess : Tininess.values()) {
                for (SubnormalResults results : SubnormalResults.values()) {
                    rows.add(Policies.IEEE
                            .withRounding(mode)
                            .withTininess(tininess)
                            .withSubnormalResults(results));
                }
            }
        }
        return rows;
    }

    /** {@code kept} followed by fractions of every kind, the first bit of {@code kept} having the weight 2^e. */
    private static void addCuts(List<Value> values, BigInteger kept, int e) {
        int n = 128 - kept.bitLength();
        BigInteger one = BigInteger.ONE;
        BigInteger half = one.shiftLeft(n - 1);
        List<BigInteger> fractions = new ArrayList<>(List.of(
                BigInteger.ZERO,
                half.subtract(one),
                half,
                half.add(one),
                half.shiftRight(1),
                half.add(half.shiftRight(1)),
                one.shiftLeft(n).subtract(one)));
        if (n >= 66) {
            // the last of the first 64 bits, with and without bits below
            BigInteger last = one.shiftLeft(n - 64);
            fractions.addAll(
                    List.of(one, last, last.add(one), last.shiftRight(1), last.multiply(BigInteger.valueOf(3))));
        }
        for (BigInteger fraction : fractions) {
            BigInteger significand = kept.shiftLeft(n).add(fraction);
            values.add(Value.of(significand, e - 127, false));
            if (fraction.getLowestSetBit() != 0) {
                values.add(Value.of(significand, e - 127, true));
            }
        }
    }

    private static List<Value> values(FloatFormat f) {
        int p = f.precision();
        Set<Integer> exponents = new TreeSet<>();
        for (int d = -3; d <= 2; d++) {
            exponents.add(f.emin() + d);
            exponents.add(f.emax() + d);
            exponents.add(f.emin() - p + d);
            exponents.add(f.emin() - p - 63 + d); // here the last bits of hi are cut off
            exponents.add(f.emin() - p - 127 + d);
        }
        exponents.addAll(List.of(f.emax() + 90, f.emin() - 500));
        List<Value> values = new ArrayList<>();
        BigInteger one = BigInteger.ONE;
        for (int e : exponents) {
            int kept = p - Math.max(f.emin() - e, 0);
            Set<BigInteger> starts = new TreeSet<>();
            if (kept > 0) {
                BigInteger power = one.shiftLeft(kept - 1);
                starts.addAll(List.of(power, power.shiftLeft(1).subtract(one)));
                if (kept > 1) {
                    starts.addAll(List.of(power.add(one), power.shiftLeft(1).subtract(one.shiftLeft(1))));
                }
                if (kept > 2) {
                    // a cut one bit lower, for the rounding with unbounded exponent
                    starts.add(power.shiftLeft(2).subtract(one));
                }
            } else {
                starts.add(one);
                starts.add(BigInteger.valueOf(3));
                // ones around the end of the fraction's 64 bits
                for (int i = Math.max(-kept - 1, 0); i <= Math.min(-kept + 1, 62); i++) {
                    starts.add(one.shiftLeft(63).add(one.shiftLeft(i)));
                }
            }
            for (BigInteger start : starts) {
                addCuts(values, start, e);
            }
        }
        addCodesAround(values, f, f.maxFiniteCode());
        if (f.subnormals() == SubnormalRule.TESLA_LITERAL) {
            // in the gap below the smallest normal number: its midpoint, and everything beside
            BigInteger quanta = one.shiftLeft(f.trailingBits()).subtract(one); // of 2^(emin-1-t)
            BigInteger width = one.shiftLeft(f.trailingBits()).add(one);
            for (int eighth = 0; eighth <= 8; eighth++) {
                BigInteger eighths = quanta.shiftLeft(3).add(width.multiply(BigInteger.valueOf(eighth)));
                addCuts(values, eighths, f.emin() - 1 - f.trailingBits() - 3 + eighths.bitLength() - 1);
            }
        }
        return values;
    }

    private static void addCodesAround(List<Value> values, FloatFormat f, long code) {
        for (int i = -1; i <= 1; i++) {
            long c = Math.max(code + i, f.minNormalCode());
            long significand = c & f.trailingMask() | f.trailingMask() + 1;
            addCuts(values, BigInteger.valueOf(significand), (int) (c >>> f.trailingBits()) - f.bias());
        }
    }

    private static List<Value> values(IntFormat f) {
        Set<BigInteger> integers = new TreeSet<>();
        for (int power : new int[] {1, 2, 3, 4, 7, 8, 31, 32, 62, 63, 64, 65, 66, 90, 126}) {
            BigInteger centre = BigInteger.ONE.shiftLeft(power);
            for (int i = -2; i <= 2; i++) {
                integers.add(centre.add(BigInteger.valueOf(i)).max(BigInteger.ONE));
            }
        }
        List<Value> values = new ArrayList<>();
        for (BigInteger n : integers) {
            addCuts(values, n, n.bitLength() - 1 + f.scaleExponent());
        }
        for (int e : new int[] {-1, -2, -3, -63, -64, -65, -66, -127, -128, -129, -130, -500}) {
            addCuts(values, BigInteger.ONE, e + f.scaleExponent());
            addCuts(values, BigInteger.valueOf(5), e + f.scaleExponent());
        }
        return values;
    }

    /** Integers of 128 bits and more: bits of hi and of lo at the place of the one, and zeros beyond 2^128. */
    private static List<Value> wideValues(IntFormat f) {
        List<Value> values = new ArrayList<>();
        BigInteger odd =
                BigInteger.ONE.shiftLeft(127).add(BigInteger.ONE.shiftLeft(64)).add(BigInteger.ONE);
        for (int exponent : new int[] {-1, 0, 1, 62, 63, 64, 65, 127, 128, 129, 200, 500}) {
            values.add(Value.of(odd, exponent + f.scaleExponent(), false));
            values.add(Value.of(BigInteger.ONE, exponent + f.scaleExponent(), false));
            if (exponent < 0) {
                values.add(Value.of(odd, exponent + f.scaleExponent(), true));
            }
        }
        return values;
    }

    /** Compares results with the oracle's, for one format. */
    private static final class Check {
        private final ScalarFormat format;
        private final Policies policies;
        private final Rounder rounder;
        private final Oracle oracle;

        Check(ScalarFormat format, Policies policies) {
            this.format = format;
            this.policies = policies;
            rounder = new Rounder(format, policies);
            oracle = Oracle.of(format);
        }

        void round(Value x, boolean neg, long random) {
            Oracle.Result expected = oracle.encode(x.exact(neg), policies, random);
            compare(
                    rounder.round(neg, x.hi, x.lo, x.exp, x.sticky, random, false),
                    rounder.round(neg, x.hi, x.lo, x.exp, x.sticky, random, true),
                    expected,
                    () -> (neg ? "-" : "") + String.format("%016x:%016x", x.hi, x.lo) + (x.sticky ? "+" : "") + " * 2^"
                            + x.exp + ", random " + Long.toHexString(random));
        }

        void compare(long code, long flags, Oracle.Result expected, java.util.function.Supplier<String> input) {
            boolean narrow = format.width() <= 32;
            long actualCode = narrow ? code & 0xffff_ffffL : code;
            long actualFlags = narrow ? code >>> 32 : flags;
            if (actualCode != expected.code() || actualFlags != expected.flags()) {
                throw new AssertionError(String.format(
                        "%s to %s: 0x%x %s, oracle 0x%x %s%n%s",
                        input.get(),
                        format,
                        actualCode,
                        Flags.toString((int) actualFlags),
                        expected.code(),
                        Flags.toString(expected.flags()),
                        policies));
            }
        }
    }

    private static void checkByTurns(ScalarFormat format, List<Policies> rows, List<Value> values, int step) {
        for (int r = 0; r < rows.size(); r++) {
            Check check = new Check(format, rows.get(r));
            for (int i = r % step; i < values.size(); i += step) {
                check.round(values.get(i), false, 0);
                check.round(values.get(i), true, 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("floats")
    void everyCutInEveryMode(FloatFormat format) {
        checkByTurns(format, modes(), values(format), 7);
    }

    @ParameterizedTest
    @MethodSource("floats")
    void everyCutUnderEveryPairOfPolicies(FloatFormat format) {
        checkByTurns(format, pairs(false), values(format), 23);
    }

    @ParameterizedTest
    @MethodSource("integers")
    void everyCutOfIntegers(IntFormat format) {
        List<Policies> rows = new ArrayList<>();
        for (Rounding mode : DETERMINISTIC) {
            for (Overflow overflow : List.of(Overflow.SATURATE, Overflow.WRAP, Overflow.INDEFINITE)) {
                rows.add(Policies.IEEE.withRounding(mode).withOverflow(overflow));
            }
        }
        checkByTurns(format, rows, values(format), 5);
        checkByTurns(format, rows, wideValues(format), 1);
    }

    /** Sums of the fraction and the random bits on both sides of 2^N; the bits above the low N are ignored. */
    @ParameterizedTest
    @EnumSource(names = {"STOCHASTIC_A", "STOCHASTIC_B", "STOCHASTIC_C", "STOCHASTIC_TRUNCATE"})
    void everyCutWithRandomBits(Rounding mode) {
        List<ScalarFormat> formats = new ArrayList<>(floats());
        formats.addAll(List.of(Formats.INT8, FormatNames.scalar("u64").format()));
        for (int f = 0; f < formats.size(); f++) {
            ScalarFormat format = formats.get(f);
            List<Value> values = format instanceof FloatFormat x ? values(x) : values((IntFormat) format);
            int next = f;
            for (int bits : new int[] {1, 2, 7, 63}) {
                long quarter = bits == 1 ? 0 : 1L << (bits - 2);
                long half = 1L << (bits - 1);
                long all = half - 1 + half;
                long[] randoms = {
                    0, 1, quarter, quarter - 1, half, half - 1, half + quarter, half + quarter - 1, all - 1, all
                };
                for (Tininess tininess : Tininess.values()) {
                    Check check = new Check(
                            format,
                            Policies.IEEE.withStochasticRounding(mode, bits).withTininess(tininess));
                    for (int i = next++ % 3; i < values.size(); i += 3) {
                        long random = randoms[(i / 3 + next) % randoms.length];
                        check.round(values.get(i), (i & 1) != 0, bits == 63 ? random : random & all | -1L << bits);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("allFormats")
    void zerosInfinitiesAndNans(ScalarFormat format) {
        for (Policies policies : pairs(format instanceof IntFormat)) {
            Check check = new Check(format, policies);
            for (boolean neg : new boolean[] {false, true}) {
                check.compare(
                        check.rounder.zero(neg, false),
                        check.rounder.zero(neg, true),
                        check.oracle.encode(new OracleValue.Zero(neg), policies, 0),
                        () -> "zero, negative " + neg);
                check.compare(
                        check.rounder.infinity(neg, false),
                        check.rounder.infinity(neg, true),
                        check.oracle.encode(new OracleValue.Infinity(neg), policies, 0),
                        () -> "infinity, negative " + neg);
                for (long payload : new long[] {1, 0x40_0000, 0x55_5555, 0x2a_aaaa, 0x7f_ffff, 0x00_2000, 0x40_1fff}) {
                    long top = payload << 41;
                    boolean signaling = payload >>> 22 == 0;
                    for (boolean binary32 : new boolean[] {false, true}) {
                        check.compare(
                                check.rounder.nan(neg, top, signaling, binary32, false),
                                check.rounder.nan(neg, top, signaling, binary32, true),
                                check.oracle.encode(
                                        new OracleValue.Nan(neg, payload, 23, signaling),
                                        binary32 ? Formats.BINARY32 : Formats.BINARY64,
                                        policies,
                                        0),
                                () -> "NaN " + Long.toHexString(payload) + ", negative " + neg);
                    }
                }
            }
        }
    }

    static Stream<ScalarFormat> allFormats() {
        return Stream.concat(floats().stream(), integers().stream());
    }

    @Test
    void integersAloneWrap() {
        for (Overflow overflow : List.of(Overflow.WRAP, Overflow.INDEFINITE)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Rounder(Formats.OCP_E4M3, Policies.IEEE.withOverflow(overflow)))
                    .withMessageContaining("overflow must be one of")
                    .withMessageContaining(overflow.id());
        }
    }

    // ------------------------------------------------------------------ quick paths

    /** Formats at the limits of the quick paths, on both sides. */
    static List<FloatFormat> quickFormats() {
        List<FloatFormat> formats = new ArrayList<>(floats());
        formats.addAll(List.of(
                Formats.BFLOAT16,
                // emin -1022 and -1023; the smallest subnormal number 2^-1022 and 2^-1023
                format(true, 8, 5, 1023, SpecialValues.NONE, SubnormalRule.GRADUAL),
                format(true, 8, 5, 1024, SpecialValues.NONE, SubnormalRule.GRADUAL),
                format(true, 8, 5, 1018, SpecialValues.NONE, SubnormalRule.GRADUAL),
                format(true, 8, 5, 1019, SpecialValues.NONE, SubnormalRule.GRADUAL),
                format(false, 8, 5, 1019, SpecialValues.NONE, SubnormalRule.GRADUAL),
                // a largest exponent of 1023 and 1024
                format(true, 11, 5, 1024, SpecialValues.NONE, SubnormalRule.FLUSH),
                format(true, 11, 5, 1023, SpecialValues.NONE, SubnormalRule.FLUSH),
                // no exponent but that of code 0
                format(true, 1, 0, 0, SpecialValues.FN, SubnormalRule.GRADUAL),
                format(true, 1, 0, 0, SpecialValues.FN, SubnormalRule.ABSENT),
                format(false, 1, 1, 0, SpecialValues.FN, SubnormalRule.GRADUAL),
                format(false, 1, 1, 0, SpecialValues.NONE, SubnormalRule.GRADUAL),
                // 32 and 33 bits
                format(true, 8, 23, 127, SpecialValues.FN, SubnormalRule.GRADUAL),
                format(true, 9, 23, 127, SpecialValues.FN, SubnormalRule.GRADUAL)));
        return formats;
    }

    private static boolean isSmooth(FloatFormat f, Policies policies) {
        return f.subnormals() == SubnormalRule.GRADUAL && policies.subnormalResults() == SubnormalResults.KEEP;
    }

    /** The contract of {@link Rounder#quick64} in terms of the format and the value. */
    private static boolean isQuick(FloatFormat f, Policies policies, double x) {
        boolean smooth = isSmooth(f, policies);
        boolean parityOfSignificand = f.precision() == 1
                && policies.rounding() == Rounding.TIES_TO_EVEN
                && !f.specials().isP3109();
        boolean everQuick = f.width() <= 32
                && !policies.rounding().isStochastic()
                && f.fitsBinary64()
                && f.emin() >= Double.MIN_EXPONENT
                && f.emax() >= f.emin()
                && !(smooth && parityOfSignificand);
        boolean minus = Double.doubleToRawLongBits(x) < 0;
        double magnitude = Math.abs(x);
        if (!everQuick || !Double.isFinite(x) || minus && !f.signed()) {
            return false;
        }
        boolean keepsSign = !f.signed() || f.hasNegativeZero() || !f.hasZero();
        if (x == 0) {
            return f.hasZero() && keepsSign;
        }
        if (magnitude >= Math.scalb(1.0, f.emin())) {
            return true;
        }
        double least = keepsSign ? 0 : Math.scalb(1.0, f.emin() - f.trailingBits());
        return smooth && magnitude >= Math.max(least, Double.MIN_NORMAL);
    }

    /** The contract of {@link Rounder#even64}. */
    private static boolean isEven(FloatFormat f, Policies policies, double x) {
        return isQuick(f, policies, f.signed() ? Math.copySign(1, x) * Math.scalb(1.0, f.emin()) : 1.0)
                && isSmooth(f, policies)
                && policies.rounding() == Rounding.TIES_TO_EVEN
                && f.hasNegativeZero()
                && f.emin() - f.trailingBits() >= Double.MIN_EXPONENT
                && Double.isFinite(x);
    }

    /** Both sides of every limit, then numbers of every magnitude. */
    private static double[] quickValues(FloatFormat f) {
        Set<Double> values = new TreeSet<>(List.of(0.0, Double.MIN_VALUE, Double.MAX_VALUE, Double.POSITIVE_INFINITY));
        values.add(Double.NaN);
        List<Double> centres = new ArrayList<>(List.of(Double.MIN_NORMAL, 0x1p1023));
        int quantum = f.emin() - f.trailingBits();
        for (int e : new int[] {
            quantum - 12, quantum - 2, quantum - 1, quantum, quantum + 1, f.emin() - 1, f.emin(), f.emin() + 1, f.emax()
        }) {
            for (double significand : new double[] {1, 1.5, 1.25, 1.75}) {
                centres.add(Math.scalb(significand, e));
            }
        }
        double normal = Math.scalb(1.0, f.emin());
        for (int i = -1; i <= 3; i++) {
            // around the limits of tininess: 2^emin less quarters of a quantum of the binade below
            centres.add(normal - Math.scalb(normal, -f.precision() - i));
        }
        for (int i = -1; i <= 1; i++) {
            long code = Math.max(f.maxFiniteCode() + i, 0);
            for (double half : new double[] {0, 0.5}) {
                long significand = code & f.trailingMask() | f.trailingMask() + 1;
                centres.add(Math.scalb(
                        significand + half, (int) (code >>> f.trailingBits()) - f.bias() - f.trailingBits()));
            }
        }
        for (double centre : centres) {
            values.addAll(List.of(centre, Math.nextUp(centre), Math.nextDown(centre)));
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void checkQuick(FloatFormat format, Policies policies, double[] values) {
        Check check = new Check(format, policies);
        for (double magnitude : values) {
            for (double x : new double[] {magnitude, -magnitude}) {
                long bits = Double.doubleToRawLongBits(x);
                long quick = check.rounder.quick64(bits);
                long code = check.rounder.quickCode64(bits);
                long even = check.rounder.even64(x);
                requireEqual(quick != Rounder.DECLINED, isQuick(format, policies, x), "quick64", x, check);
                requireEqual(code != Rounder.DECLINED, quick != Rounder.DECLINED, "quickCode64", x, check);
                requireEqual(even != Rounder.DECLINED, isEven(format, policies, x), "even64", x, check);
                if (quick == Rounder.DECLINED && even == Rounder.DECLINED) {
                    continue;
                }
                Oracle.Result expected = check.oracle.encode(OracleValue.ofDoubleBits(bits), policies, 0);
                long overflow = (expected.flags() & Flags.OVERFLOW) != 0 ? (long) expected.flags() << 32 : 0;
                if (quick != Rounder.DECLINED) {
                    check.compare(quick, 0, expected, () -> "quick64 of " + Double.toHexString(x));
                    requireEqual(code == (expected.code() | overflow), true, "quickCode64", x, check);
                }
                if (even != Rounder.DECLINED) {
                    requireEqual(even == (expected.code() | overflow), true, "even64", x, check);
                }
            }
        }
    }

    private static void requireEqual(boolean actual, boolean expected, String what, double x, Check check) {
        if (actual != expected) {
            throw new AssertionError(what + " of " + Double.toHexString(x) + " to " + check.format + ": " + actual
                    + ", expected " + expected + ", " + check.policies);
        }
    }

    @ParameterizedTest
    @MethodSource("quickFormats")
    void quickPathsTakeWhatTheySayAndRoundIt(FloatFormat format) {
        double[] values = quickValues(format);
        for (Policies policies : modes()) {
            checkQuick(format, policies, values);
        }
        for (Overflow overflow : Overflow.values()) {
            if (!overflow.isForIntegers()) {
                checkQuick(format, Policies.IEEE.withOverflow(overflow), values);
            }
        }
        for (Rounding mode : STOCHASTIC) {
            checkQuick(format, Policies.IEEE.withStochasticRounding(mode, 8), values);
        }
    }

    @Test
    void integersHaveNoQuickPath() {
        for (IntFormat format : integers()) {
            Rounder rounder = new Rounder(format, Policies.IEEE);
            for (double x : new double[] {0, 1, -1, 1.5, 0x1p-1074, 0x1p1000, Double.NaN, Double.POSITIVE_INFINITY}) {
                boolean declines = rounder.quick64(Double.doubleToRawLongBits(x)) == Rounder.DECLINED
                        && rounder.quickCode64(Double.doubleToRawLongBits(x)) == Rounder.DECLINED
                        && rounder.even64(x) == Rounder.DECLINED;
                requireEqual(declines, true, "declined", x, new Check(format, Policies.IEEE));
            }
        }
    }

    @Test
    void aRounderKnowsWhatItIsFor() {
        Rounder rounder = new Rounder(Formats.UE4M3, Policies.IEEE.saturating());
        assertThat(rounder.format()).isSameAs(Formats.UE4M3);
        assertThat(rounder.policies()).isEqualTo(Policies.IEEE.saturating());
    }

    /** What the quick path declines among finite numbers, and what it takes. */
    @ParameterizedTest
    @MethodSource("allFormats")
    void binary64NumbersAreUnpacked(ScalarFormat format) {
        for (Rounding mode : DETERMINISTIC) {
            Check check = new Check(format, Policies.IEEE.withRounding(mode));
            for (double magnitude : new double[] {
                0,
                Double.MIN_VALUE,
                0x1.5p-1060,
                0x0.fffffffffffffp-1022,
                Double.MIN_NORMAL,
                1,
                1.625,
                0x1.fffffffffffffp3,
                0x1p-20,
                Double.MAX_VALUE
            }) {
                for (double x : new double[] {magnitude, -magnitude}) {
                    long bits = Double.doubleToRawLongBits(x);
                    check.compare(
                            check.rounder.binary64(bits, 0, false),
                            check.rounder.binary64(bits, 0, true),
                            check.oracle.encode(OracleValue.ofDoubleBits(bits), check.policies, 0),
                            () -> Double.toHexString(x));
                }
            }
        }
    }
}
