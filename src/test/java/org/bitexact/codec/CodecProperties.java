package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/** Laws of rounding, over random formats, policies and values; the oracle takes part where a law needs the answer. */
@Tag("fast")
class CodecProperties {
    private static final List<Policies> ROWS = CodecTestData.pairwise(false);

    // ------------------------------------------------------------------ arbitraries

    @Provide
    Arbitrary<FloatFormat> floats() {
        List<FloatFormat> formats = new ArrayList<>(CodecTestData.namedFloats(32));
        formats.addAll(P3109.all(5, 8));
        return Arbitraries.oneOf(Arbitraries.of(formats), userDefined());
    }

    /** Any user-defined format whose numbers lie within binary64's normal range. */
    @Provide
    Arbitrary<FloatFormat> userDefined() {
        return Arbitraries.integers().between(0, Integer.MAX_VALUE).map(seed -> {
            int state = seed;
            while (true) {
                java.util.SplittableRandom random = new java.util.SplittableRandom(state++);
                try {
                    return FloatFormat.builder("user", random.nextInt(1, 9), random.nextInt(0, 24))
                            .signed(random.nextBoolean())
                            .bias(random.nextInt(-20, 300))
                            .specials(SpecialValues.values()[random.nextInt(6)])
                            .subnormals(SubnormalRule.values()[random.nextInt(4)])
                            .build();
                } catch (IllegalArgumentException e) {
                    // the parameters contradict each other
                }
            }
        });
    }

    @Provide
    Arbitrary<Policies> policies() {
        return Arbitraries.of(ROWS);
    }

    @Provide
    Arbitrary<Rounding> modes() {
        return Arbitraries.of(CodecTestData.DETERMINISTIC);
    }

    /** Binary64 values, many of them with few significand bits, and specials. */
    @Provide
    Arbitrary<Double> doubles() {
        Arbitrary<Double> patterns = Arbitraries.longs().map(Double::longBitsToDouble);
        Arbitrary<Double> short32 = Arbitraries.integers().map(i -> (double) Float.intBitsToFloat(i));
        Arbitrary<Double> near = Arbitraries.integers()
                .between(-1 << 12, 1 << 12)
                .flatMap(n -> Arbitraries.integers()
                        .between(-160, 160)
                        .map(e -> Math.scalb((double) n, e))
                        .flatMap(x -> Arbitraries.of(x, Math.nextUp(x), Math.nextDown(x))));
        return Arbitraries.oneOf(patterns, short32, near);
    }

    // ------------------------------------------------------------------ laws

    @Property(tries = 4000)
    void everyEntryEqualsTheOracle(
            @ForAll("floats") FloatFormat format,
            @ForAll("policies") Policies policies,
            @ForAll("doubles") double x,
            @ForAll long n) {
        OracleCheck check = OracleCheck.of(format, policies);
        check.ofDouble(x, 0);
        check.ofFloatBits(Float.floatToRawIntBits((float) x), 0);
        check.ofFloatBits((int) n, 0);
        check.ofLong(n, 0);
        check.ofLong(n >> (n & 63), 0);
        check.ofCode(Formats.BINARY64, n, 0);
        if (Double.isFinite(x)) {
            check.ofDecimal(new BigDecimal(x).multiply(new BigDecimal("1.00000000000000000000001")), 0);
        }
    }

    /** Values where they are hard for the format itself: near its codes and midpoints. */
    @Property(tries = 4000)
    void hardValuesOfTheTargetEqualTheOracle(
            @ForAll("floats") FloatFormat format, @ForAll("policies") Policies policies, @ForAll long bits) {
        Codec exact = Codec.of(format);
        long code = bits & format.magnitudeMask();
        if (!format.isFinite(code) || code >= format.maxFiniteCode()) {
            code = format.maxFiniteCode();
        }
        double low = exact.decode(code);
        double high = code == format.maxFiniteCode() ? low * 1.5 : exact.decode(code + 1);
        OracleCheck check = OracleCheck.of(format, policies);
        check.around(low + (high - low) / 2, 0);
        check.around(low, 0);
        check.around(low + (high - low) * ((bits >>> 40 & 7) / 8.0), 0);
    }

    @Property(tries = 4000)
    void roundingIsMonotone(
            @ForAll("floats") FloatFormat format,
            @ForAll("modes") Rounding mode,
            @ForAll("doubles") double a,
            @ForAll("doubles") double b) {
        Codec codec = Codec.of(format).rounding(mode).saturating();
        double x = codec.decode(codec.encode(Math.min(a, b)));
        double y = codec.decode(codec.encode(Math.max(a, b)));
        if (!Double.isNaN(x) && !Double.isNaN(y)) { // negative numbers in unsigned formats, NaN
            assertThat(x).isLessThanOrEqualTo(y);
        }
    }

    @Property(tries = 4000)
    void nearestIsNearestAndDirectedIsDirected(@ForAll("floats") FloatFormat format, @ForAll("doubles") double x) {
        Codec codec = Codec.of(format).saturating();
        double largest = codec.decode(format.maxFiniteCode());
        if (!(Math.abs(x) <= largest) || !format.signed() || format.subnormals() != SubnormalRule.GRADUAL) {
            return;
        }
        Codes codes = Codes.of(format);
        double down = codec.decode(codec.rounding(Rounding.TOWARD_NEGATIVE).encode(x));
        double up = codec.decode(codec.rounding(Rounding.TOWARD_POSITIVE).encode(x));
        assertThat(down).isLessThanOrEqualTo(x);
        assertThat(up).isGreaterThanOrEqualTo(x);
        if (down != x) {
            long next = codec.rounding(Rounding.TOWARD_NEGATIVE).encode(x) & format.codeMask();
            double after = codec.decode(codes.nextUp(next));
            assertThat(after).isEqualTo(up);
        }
        BigDecimal exact = new BigDecimal(x);
        BigDecimal distance =
                exact.subtract(new BigDecimal(codec.decode(codec.encode(x)))).abs();
        assertThat(distance).isLessThanOrEqualTo(exact.subtract(new BigDecimal(down)));
        assertThat(distance).isLessThanOrEqualTo(new BigDecimal(up).subtract(exact));
    }

    @Property(tries = 4000)
    void signsAreSymmetric(
            @ForAll("floats") FloatFormat format, @ForAll("policies") Policies policies, @ForAll("doubles") double x) {
        if (!format.signed() || Double.isNaN(x)) {
            return;
        }
        Rounding mirrored = switch (policies.rounding()) {
            case TOWARD_POSITIVE -> Rounding.TOWARD_NEGATIVE;
            case TOWARD_NEGATIVE -> Rounding.TOWARD_POSITIVE;
            default -> policies.rounding();
        };
        if (mirrored == Rounding.TIES_TOWARD_POSITIVE) {
            return;
        }
        long plus = Codec.of(format, policies).encodeWithFlags(x);
        long minus = Codec.of(format, policies.withRounding(mirrored)).encodeWithFlags(-x);
        assertThat(minus >>> 32).isEqualTo(plus >>> 32);
        assertThat(minus & 0xffff_ffffL).isEqualTo(Codes.of(format).negate(plus & 0xffff_ffffL));
    }

    /** The quick path is taken by encode alone, never by Converter, so the two must agree. */
    @Property(tries = 8000)
    void theQuickPathEqualsTheGeneralPath(
            @ForAll("floats") FloatFormat format, @ForAll("policies") Policies policies, @ForAll("doubles") double x) {
        Codec codec = Codec.of(format, policies);
        long bits = Double.doubleToRawLongBits(x);
        assertThat(codec.encodeWithFlags(x))
                .isEqualTo(Converter.of(Formats.BINARY64, codec).convertWithFlags(bits, 0));
        int narrow = Float.floatToRawIntBits((float) x);
        assertThat(codec.encodeFloatBits(narrow, 0))
                .isEqualTo(Converter.of(Formats.BINARY32, codec).convertWithFlags(narrow & 0xffff_ffffL, 0));
    }

    @Property(tries = 4000)
    void convertIsEncodeAfterDecode(
            @ForAll("floats") FloatFormat source,
            @ForAll("floats") FloatFormat target,
            @ForAll("modes") Rounding mode,
            @ForAll long bits) {
        long code = bits & source.codeMask();
        Codec codec = Codec.of(target).rounding(mode);
        long converted = Converter.of(source, codec).convertWithFlags(code, 0);
        OracleCheck.of(target, codec.policies()).ofCode(source, code, 0);
        if (!source.isNan(code)) {
            assertThat(converted)
                    .isEqualTo(codec.encodeWithFlags(Codec.of(source).decode(code)));
        }
        if (source.isFinite(code) && !source.isZero(code)) {
            assertThat(converted)
                    .isEqualTo(codec.encodeWithFlags(Codec.of(source).decodeExact(code), 0));
        }
    }

    @Property(tries = 2000)
    void wideFormatsCollectTheirFlags(@ForAll("modes") Rounding mode, @ForAll("doubles") double x, @ForAll long n) {
        for (String name : new String[] {"f64", "i64", "u64", "u32", "i32", "f32"}) {
            ScalarFormat format = org.bitexact.format.FormatNames.scalar(name).format();
            OracleCheck check = OracleCheck.of(format, Policies.IEEE.withRounding(mode));
            check.ofDouble(x, 0);
            check.ofLong(n, 0);
            check.ofCode(Formats.BINARY64, n, 0);
            check.ofCode(org.bitexact.format.FormatNames.scalar("u64").format(), n, 0);
            check.ofDecimal(new BigDecimal(BigInteger.valueOf(n), (int) (n & 15)), 0);
            check.ofDecimal(new BigDecimal(BigInteger.valueOf(n), (int) (n >> 10 & 255) - 128), 0);
            if (Double.isFinite(x)) {
                check.ofDecimal(new BigDecimal(x).add(BigDecimal.valueOf(n, 30)), 0);
            }
        }
    }

    @Property
    void flagsAccumulateInTheSink(@ForAll("doubles") double x) {
        Flags flags = new Flags();
        flags.raise(Flags.DIVIDE_BY_ZERO);
        Codec codec = Codec.of(Formats.OCP_E4M3);
        codec.encodeLong(x, 0, flags);
        assertThat(flags.raised()).isEqualTo(Flags.DIVIDE_BY_ZERO | (int) (codec.encodeWithFlags(x) >>> 32));
        assertThat(codec.encodeLong(x, 0, null)).isEqualTo(codec.encodeWithFlags(x) & 0xff);
    }

    @Provide
    Arbitrary<IntFormat> integers() {
        List<IntFormat> formats = new ArrayList<>(CodecTestData.namedIntegers());
        for (int scale : new int[] {-64, -9, 3, 64}) {
            for (int width : new int[] {5, 64}) {
                for (boolean signed : new boolean[] {true, false}) {
                    formats.add(new IntFormat(
                            "q" + width,
                            signed ? IntFormat.Encoding.TWOS_COMPLEMENT : IntFormat.Encoding.UNSIGNED,
                            width,
                            signed && scale > 0,
                            scale,
                            Formats.INT8.info()));
                }
            }
        }
        return Arbitraries.of(formats);
    }

    @Property(tries = 6000)
    void integersEqualTheOracle(
            @ForAll("integers") IntFormat format,
            @ForAll("policies") Policies policies,
            @ForAll("doubles") double x,
            @ForAll long n) {
        for (Overflow overflow : new Overflow[] {Overflow.IEEE, Overflow.WRAP, Overflow.INDEFINITE}) {
            OracleCheck check = OracleCheck.of(format, policies.withOverflow(overflow));
            check.ofDouble(x, 0);
            check.ofLong(n, 0);
            check.ofLong(n >> (n & 63), 0);
            check.ofCode(Formats.BINARY32, n & 0xffff_ffffL, 0);
            check.ofCode(Formats.INT32, n & 0xffff_ffffL, 0);
            BigDecimal decimal = new BigDecimal(BigInteger.valueOf(n), (int) (n & 31));
            check.ofDecimal(decimal, 0);
            check.ofDecimal(decimal.multiply(decimal).multiply(decimal), 0);
            check.ofDecimal(decimal.scaleByPowerOfTen((int) (n >> 8 & 511) - 256), 0);
        }
    }

    @Property(tries = 2000)
    void wrappingStochasticIntegersEqualTheOracle(
            @ForAll("integers") IntFormat format, @ForAll long n, @ForAll long random) {
        for (Rounding mode : CodecTestData.STOCHASTIC) {
            for (int bits : new int[] {1, 8, 63}) {
                Policies policies = Policies.IEEE.withOverflow(Overflow.WRAP).withStochasticRounding(mode, bits);
                OracleCheck check = OracleCheck.of(format, policies);
                BigDecimal x = new BigDecimal(BigInteger.valueOf(n).pow(3))
                        .divide(new BigDecimal(BigInteger.ONE.shiftLeft((int) (random & 127))));
                check.ofDecimal(x, random);
                check.ofDecimal(x, -1);
                check.ofDecimal(x, 0);
            }
        }
    }
}
