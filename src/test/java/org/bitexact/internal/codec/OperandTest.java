package org.bitexact.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the codes of a format say, against the oracle. */
@Tag("fast")
class OperandTest {
    static List<ScalarFormat> formats() {
        List<ScalarFormat> formats = new ArrayList<>(RounderTest.floats());
        formats.addAll(RounderTest.integers());
        return formats;
    }

    /** Every code of at most 8 bits, else those beside the ends of the fields. */
    private static List<Long> codes(ScalarFormat format) {
        List<Long> codes = new ArrayList<>();
        if (format.width() <= 8) {
            for (long code = 0; code <= format.codeMask(); code++) {
                codes.add(code);
            }
            return codes;
        }
        for (int bit = 0; bit < format.width(); bit++) {
            for (long code : new long[] {1L << bit, (1L << bit) - 1, (1L << bit) + 1, -1L << bit, ~(1L << bit)}) {
                codes.add(code & format.codeMask());
            }
        }
        if (format instanceof FloatFormat f) {
            for (int i = -2; i <= 2; i++) {
                codes.add(f.maxFiniteCode() + i & f.codeMask());
                codes.add((f.maxFiniteCode() + i | f.signMask()) & f.codeMask());
            }
        }
        return codes;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyCodeIsReadAsItsValue(ScalarFormat format) {
        Operand operand = new Operand(format);
        Oracle oracle = Oracle.of(format);
        assertThat(operand.format()).isSameAs(format);
        for (long code : codes(format)) {
            OracleValue value = oracle.decode(code);
            String where = format + " 0x" + Long.toHexString(code);
            assertThat(operand.isNegative(code)).as(where).isEqualTo(value.negative());
            if (value instanceof OracleValue.Finite x) {
                assertThat(operand.kind(code)).as(where).isEqualTo(Operand.FINITE);
                OracleValue.Finite magnitude =
                        x.negative() ? new OracleValue.Finite(x.ratio().abs(), x.exponent()) : x;
                assertThat(scaled(operand.integer(code), operand.quantum(code)))
                        .as(where)
                        .isEqualTo(magnitude);
                assertThat(scaled(operand.significand(code), operand.exponent(code)))
                        .as(where)
                        .isEqualTo(magnitude);
                assertThat(operand.significand(code)).as(where).isNegative(); // the top bit is set
                boolean below = format instanceof FloatFormat f
                        && f.hasZero()
                        && x.ratio().abs().getNumerator().bitLength() - 1 + x.exponent() < f.emin();
                assertThat(operand.isSubnormal(code)).as(where).isEqualTo(below);
            } else {
                int kind = value instanceof OracleValue.Zero
                        ? Operand.ZERO
                        : value instanceof OracleValue.Infinity ? Operand.INFINITE : Operand.NAN;
                assertThat(operand.kind(code)).as(where).isEqualTo(kind);
                assertThat(operand.isSubnormal(code)).as(where).isFalse();
            }
            if (value instanceof OracleValue.Nan nan) {
                assertThat(operand.isSignaling(code)).as(where).isEqualTo(nan.signaling());
                assertThat(operand.nanTrailing(code)).as(where).isEqualTo(nan.trailing() << 64 - nan.trailingBits());
            }
        }
    }

    private static OracleValue scaled(long significand, int exponent) {
        return OracleValue.ofScaled(new BigInteger(Long.toUnsignedString(significand)), exponent);
    }

    /** Quanta of zeros and of integers are those of the smallest number. */
    @Test
    void zerosHaveAQuantum() {
        assertThat(new Operand(Formats.OCP_E4M3).quantum(0x80)).isEqualTo(-9);
        assertThat(new Operand(Formats.OCP_E4M3).integer(0x80)).isZero();
        assertThat(new Operand(Formats.MXINT8).quantum(0)).isEqualTo(Formats.MXINT8.scaleExponent());
        assertThat(new Operand(Formats.MXINT8).quantum(0x7f)).isEqualTo(-6);
    }

    @Test
    void integersAreNoNans() {
        for (long code = 0; code < 256; code++) {
            assertThat(new Operand(Formats.INT8).isSignaling(code)).isFalse();
        }
    }

    @Test
    void binary32IsKnown() {
        assertThat(new Operand(Formats.BINARY32).isBinary32()).isTrue();
        assertThat(new Operand(Formats.BINARY32.named("other", Formats.BINARY32.info())).isBinary32())
                .isTrue();
        assertThat(new Operand(Formats.BINARY16).isBinary32()).isFalse();
        assertThat(new Operand(Formats.INT32).isBinary32()).isFalse();
    }
}
