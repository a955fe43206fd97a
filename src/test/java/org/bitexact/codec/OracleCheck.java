package org.bitexact.codec;

import java.math.BigDecimal;
import java.util.Locale;
import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;

/**
 * Compares an encoder with the oracle, code and flags, one input after another.
 *
 * <p>The tests of the codec and the tests that seed defects use the same checks, so that the latter show what the
 * former can find.
 */
final class OracleCheck {
    /** What is checked: usually a {@link Codec}, in {@link SeededDefectsTest} a broken one. */
    interface Encoder {
        Oracle.Result ofDouble(double x, long random);

        Oracle.Result ofFloatBits(int bits, long random);

        Oracle.Result ofLong(long x, long random);

        Oracle.Result ofDecimal(BigDecimal x, long random);

        Oracle.Result ofCode(ScalarFormat source, long code, long random);
    }

    /** The encoder under test. */
    static class CodecEncoder implements Encoder {
        private final Codec codec;
        private final boolean narrow;
        private final Flags sink = new Flags();

        CodecEncoder(Codec codec) {
            this.codec = codec;
            narrow = codec.format().width() <= 32;
        }

        static Oracle.Result unpack(long packed) {
            return new Oracle.Result(packed & 0xffff_ffffL, (int) (packed >>> 32));
        }

        private Oracle.Result wide(long code) {
            Oracle.Result result = new Oracle.Result(code, sink.raised());
            sink.clear();
            return result;
        }

        @Override
        public Oracle.Result ofDouble(double x, long random) {
            return narrow ? unpack(codec.encodeWithFlags(x, random)) : wide(codec.encodeLong(x, random, sink));
        }

        @Override
        public Oracle.Result ofFloatBits(int bits, long random) {
            return narrow
                    ? unpack(codec.encodeFloatBits(bits, random))
                    : ofCode(Formats.BINARY32, Integer.toUnsignedLong(bits), random);
        }

        @Override
        public Oracle.Result ofLong(long x, long random) {
            return narrow ? unpack(codec.encodeWithFlags(x, random)) : wide(codec.encodeLong(x, random, sink));
        }

        @Override
        public Oracle.Result ofDecimal(BigDecimal x, long random) {
            return narrow ? unpack(codec.encodeWithFlags(x, random)) : wide(codec.encodeLong(x, random, sink));
        }

        @Override
        public Oracle.Result ofCode(ScalarFormat source, long code, long random) {
            return wide(Converter.of(source, codec).convertLong(code, random, sink));
        }
    }

    private final ScalarFormat format;
    private final Policies policies;
    private final Encoder encoder;
    private final Oracle oracle;
    private long cases;

    OracleCheck(ScalarFormat format, Policies policies, Encoder encoder) {
        this.format = format;
        this.policies = policies;
        this.encoder = encoder;
        oracle = Oracle.of(format);
    }

    static OracleCheck of(ScalarFormat format, Policies policies) {
        return new OracleCheck(format, policies, new CodecEncoder(Codec.of(format, policies)));
    }

    /** The number of comparisons made. */
    long cases() {
        return cases;
    }

    void ofDouble(double x, long random) {
        OracleValue value = OracleValue.ofDoubleBits(Double.doubleToRawLongBits(x));
        Oracle.Result expected = oracle.encode(value, Formats.BINARY64, policies, random);
        compare(encoder.ofDouble(x, random), expected, () -> "double " + Double.toHexString(x), random);
    }

    void ofFloatBits(int bits, long random) {
        Oracle.Result expected = oracle.encode(OracleValue.ofFloatBits(bits), Formats.BINARY32, policies, random);
        compare(
                encoder.ofFloatBits(bits, random),
                expected,
                () -> String.format("f32 0x%08x (%s)", bits, Float.toHexString(Float.intBitsToFloat(bits))),
                random);
    }

    void ofLong(long x, long random) {
        compare(
                encoder.ofLong(x, random),
                oracle.encode(OracleValue.of(x), policies, random),
                () -> "long " + x,
                random);
    }

    void ofDecimal(BigDecimal x, long random) {
        compare(
                encoder.ofDecimal(x, random),
                oracle.encode(OracleValue.of(x), policies, random),
                () -> "decimal " + x,
                random);
    }

    void ofCode(ScalarFormat source, long code, long random) {
        compare(
                encoder.ofCode(source, code, random),
                Oracle.convert(source, code, format, policies, random),
                () -> String.format("%s 0x%x", source, code),
                random);
    }

    /** A binary64 value and its two neighbours; where it is exact in binary32, the same there; all with both signs. */
    void around(double x, long random) {
        bothSigns(x, random);
        bothSigns(Math.nextUp(x), random);
        bothSigns(Math.nextDown(x), random);
        float narrow = (float) x;
        if (narrow == x && narrow > 0) {
            int bits = Float.floatToRawIntBits(narrow);
            for (int i = Math.max(bits - 1, 0); i <= bits + 1; i++) {
                ofFloatBits(i, random);
                ofFloatBits(i | Integer.MIN_VALUE, random);
            }
        }
    }

    /** A value and its two neighbours, in binary64 or, where it is exact there, in binary32. */
    void beside(double x, boolean inBinary32, long random) {
        if (inBinary32 && (float) x == x) {
            int bits = Float.floatToRawIntBits((float) x);
            for (int i = bits - 1; i <= bits + 1; i++) {
                ofFloatBits(i, random);
            }
        } else {
            ofDouble(x, random);
            ofDouble(Math.nextUp(x), random);
            ofDouble(Math.nextDown(x), random);
        }
    }

    private void bothSigns(double x, long random) {
        ofDouble(x, random);
        ofDouble(-x, random);
    }

    /** Zeros, infinities, NaNs with payloads, and the ends of the ranges of binary64 and binary32. */
    void specials(long random) {
        for (double x : new double[] {
            0.0,
            Double.POSITIVE_INFINITY,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            Double.MIN_NORMAL,
            0x0.fffffffffffffp-1022
        }) {
            bothSigns(x, random);
        }
        for (long payload : new long[] {
            1, 0x8_0000_0000_0000L, 0x8_0000_0000_0001L, 0x5_5555_5555_5555L, 0xf_ffff_ffff_ffffL, 0x7_ffff_0000_0000L
        }) {
            ofDouble(Double.longBitsToDouble(0x7ff0_0000_0000_0000L | payload), random);
            ofDouble(Double.longBitsToDouble(0xfff0_0000_0000_0000L | payload), random);
            ofCode(Formats.BINARY64, 0x7ff0_0000_0000_0000L | payload, random);
            ofCode(Formats.BINARY64, 0xfff0_0000_0000_0000L | payload, random);
        }
        for (int bits : new int[] {
            0,
            1,
            0x007f_ffff,
            0x0080_0000,
            0x7f7f_ffff,
            0x7f80_0000,
            0x7f80_0001,
            0x7fc0_0000,
            0x7fd5_5555,
            0x7fff_ffff,
            0x7fbf_e000,
            0x7f80_1fff
        }) {
            ofFloatBits(bits, random);
            ofFloatBits(bits | Integer.MIN_VALUE, random);
            ofCode(Formats.BINARY32, bits, random);
            ofCode(Formats.BINARY32, bits | 0x8000_0000L, random);
        }
        for (long x : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1, -(1L << 53) - 1}) {
            ofLong(x, random);
        }
    }

    private interface Description {
        String text();
    }

    private void compare(Oracle.Result actual, Oracle.Result expected, Description input, long random) {
        cases++;
        if (actual.code() != expected.code() || actual.flags() != expected.flags()) {
            throw new AssertionError(String.format(
                    Locale.ROOT,
                    "%s to %s: codec %s %s, oracle %s %s%nrandom 0x%x, %s",
                    input.text(),
                    format,
                    CodeText.of(format).explain(actual.code()),
                    Flags.toString(actual.flags()),
                    CodeText.of(format).explain(expected.code()),
                    Flags.toString(expected.flags()),
                    random,
                    policies));
        }
    }
}
