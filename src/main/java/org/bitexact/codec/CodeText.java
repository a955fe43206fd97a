package org.bitexact.codec;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.Operand;
import org.jspecify.annotations.Nullable;

/**
 * Prints the codes of one format for people: as hexadecimal digits, bit fields, decimal and hexadecimal numbers, and as
 * one explaining line.
 *
 * <p>Decimal output is the shortest that reads back as the same code under ties to even; of several that short, the
 * nearest to the value.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Source: IEEE 754-2019, 5.12.
 *
 * @since 0.1
 */
public final class CodeText {
    /** Exact decimals up to this many digits are printed in explanations; longer ones in their shortest form. */
    private static final int EXACT_DIGITS = 12;

    private final ScalarFormat format;
    private final Codec codec;
    private final Operand operand;

    private CodeText(ScalarFormat format) {
        this.format = format;
        codec = Codec.of(format);
        operand = new Operand(format);
    }

    /**
     * {@return the printer of a format}
     *
     * @param format the format
     */
    public static CodeText of(ScalarFormat format) {
        return new CodeText(format);
    }

    /**
     * {@return the code as {@code 0x} and lower-case digits of fixed width}
     *
     * @param code a code
     */
    public String hex(long code) {
        format.requireCode(code);
        return String.format(Locale.ROOT, "0x%0" + format.hexDigits() + "x", code);
    }

    /**
     * {@return the bit fields, separated by spaces: sign, exponent, trailing significand; integers in one field}
     *
     * @param code a code
     */
    public String fields(long code) {
        format.requireCode(code);
        if (!(format instanceof FloatFormat f)) {
            return binary(code, format.width());
        }
        StringBuilder text = new StringBuilder();
        if (f.signed()) {
            text.append((code & f.signMask()) != 0 ? "1 " : "0 ");
        }
        text.append(binary((code & f.magnitudeMask()) >>> f.trailingBits(), f.exponentBits()));
        if (f.trailingBits() > 0) {
            text.append(' ').append(binary(code & f.trailingMask(), f.trailingBits()));
        }
        return text.toString();
    }

    private static String binary(long bits, int width) {
        StringBuilder text = new StringBuilder(width);
        for (int i = width - 1; i >= 0; i--) {
            text.append(bits >>> i & 1);
        }
        return text.toString();
    }

    /**
     * {@return the shortest decimal that reads back as the code; {@code inf}, {@code -inf}, {@code nan}, {@code -0}}
     *
     * @param code a code
     */
    public String decimal(long code) {
        format.requireCode(code);
        String special = special(code);
        if (special != null) {
            return special;
        }
        BigDecimal value = codec.decodeExact(code);
        if (format instanceof IntFormat) {
            return plain(value);
        }
        for (int digits = 1; ; digits++) {
            BigDecimal down = value.round(new MathContext(digits, RoundingMode.DOWN));
            BigDecimal up = value.round(new MathContext(digits, RoundingMode.UP));
            boolean downReads = reads(down, code);
            boolean upReads = reads(up, code);
            if (downReads && upReads) {
                return plain(value.round(new MathContext(digits, RoundingMode.HALF_EVEN)));
            }
            if (downReads || upReads) {
                return plain(downReads ? down : up);
            }
        }
    }

    private boolean reads(BigDecimal candidate, long code) {
        return candidate.signum() != 0 && codec.encodeLong(candidate, 0, null) == code;
    }

    /** Text of a code that is not a nonzero number, or null. */
    private @Nullable String special(long code) {
        String sign = operand.isNegative(code) ? "-" : "";
        return switch (operand.kind(code)) {
            case Operand.ZERO -> sign + "0";
            case Operand.INFINITE -> sign + "inf";
            case Operand.NAN -> sign + "nan";
            default -> null;
        };
    }

    /** Plain digits for magnitudes from 10^-7 to below 10^17, otherwise with an exponent. */
    static String plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent >= -7 && exponent < 17) {
            return stripped.toPlainString();
        }
        String digits = stripped.unscaledValue().toString();
        int point = digits.startsWith("-") ? 2 : 1;
        String fraction = digits.length() > point ? "." + digits.substring(point) : "";
        return digits.substring(0, point) + fraction + "e" + exponent;
    }

    /**
     * {@return the value as a hexadecimal number, normalised: {@code 0x1.8p3}; specials as in {@link #decimal}}
     *
     * @param code a code
     */
    public String hexFloat(long code) {
        format.requireCode(code);
        String sign = operand.isNegative(code) ? "-" : "";
        if (operand.kind(code) == Operand.ZERO) {
            return sign + "0x0p0";
        }
        String special = special(code);
        if (special != null) {
            return special;
        }
        long significand = operand.significand(code);
        int exponent = operand.exponent(code) + 63;
        String digits = String.format(Locale.ROOT, "%016x", significand << 1).replaceAll("0+$", "");
        return sign + "0x1" + (digits.isEmpty() ? "" : "." + digits) + "p" + exponent;
    }

    /**
     * {@return one line that explains the code: {@code E4M3 0x7E = 0 1111 110 = 448 (largest finite)}}
     *
     * @param code a code
     */
    public String explain(long code) {
        format.requireCode(code);
        String hex = String.format(Locale.ROOT, "%0" + format.hexDigits() + "X", code);
        String line = format.name().toUpperCase(Locale.ROOT) + " 0x" + hex + " = " + fields(code) + " = ";
        String special = special(code);
        String remark = remark(code);
        if (special != null) {
            return line + special + (remark.isEmpty() ? "" : " (" + remark + ")");
        }
        BigDecimal exact = codec.decodeExact(code).stripTrailingZeros();
        if (exact.precision() <= EXACT_DIGITS) {
            return line + plain(exact) + (remark.isEmpty() ? "" : " (" + remark + ")");
        }
        return line + hexFloat(code) + " ~ " + decimal(code) + (remark.isEmpty() ? "" : " (" + remark + ")");
    }

    /** {@return what is notable about the code, in words; empty if nothing} */
    private String remark(long code) {
        if (!(format instanceof FloatFormat f)) {
            IntFormat i = (IntFormat) format;
            long n = i.toInteger(code);
            return n == i.maxInteger() && i.width() > 1
                    ? "largest"
                    : n == i.minInteger() && i.width() > 1 && i.signed()
                            ? "smallest"
                            : n < i.minInteger() ? "outside the symmetric range" : "";
        }
        if (f.isNan(code)) {
            if (f.quietBit() == 0) {
                return code == f.nanCode() ? "canonical" : "";
            }
            return f.isSignalingNan(code) ? "signaling" : code == f.nanCode() ? "quiet, canonical" : "quiet";
        }
        long magnitude = code & f.magnitudeMask();
        if (magnitude == f.maxFiniteCode()) {
            return "largest finite";
        }
        if (f.isZero(code)) {
            return magnitude != 0 ? "reads as zero" : "";
        }
        if (f.isSubnormal(code)) {
            return magnitude == 1
                    ? magnitude == f.trailingMask() ? "the subnormal" : "smallest subnormal"
                    : magnitude == f.trailingMask() ? "largest subnormal" : "subnormal";
        }
        return magnitude == f.minNormalCode() ? "smallest normal" : "";
    }
}
