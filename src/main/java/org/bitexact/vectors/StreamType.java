package org.bitexact.vectors;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;

/**
 * A type of number in a vector stream: how its codes are written, drawn and recognised.
 *
 * <p>A code stands in the low bits of a {@code long}, as in its field of a line: {@link #hexDigits()} hexadecimal digits.
 * A format that travels in a wider container (TF32 in binary32) is shifted left in it.
 *
 * <p><b>Thread safety.</b> Immutable, if the predicates given are.
 *
 * @since 0.1
 */
public final class StreamType {

    /**
     * The families of types, which differ in how their values are compared and printed.
     *
     * @since 0.1
     */
    public enum Kind {
        /** A floating-point format. */
        FLOAT,
        /** A two's complement integer. */
        SIGNED,
        /** An unsigned integer. */
        UNSIGNED,
        /** The result of a comparison, one digit 0 or 1. */
        BOOLEAN
    }

    /** The result of a comparison. */
    public static final StreamType BOOLEAN = new StreamType(
            "bool",
            Kind.BOOLEAN,
            1,
            OperandSource.forInteger(1, false),
            Optional.empty(),
            c -> false,
            c -> false,
            Optional.empty());

    /** {@code ui32}: unsigned 32-bit integer. */
    public static final StreamType UI32 = forInteger("ui32", 32, false);

    /** {@code ui64}: unsigned 64-bit integer. */
    public static final StreamType UI64 = forInteger("ui64", 64, false);

    /** {@code i32}: two's complement 32-bit integer. */
    public static final StreamType I32 = forInteger("i32", 32, true);

    /** {@code i64}: two's complement 64-bit integer. */
    public static final StreamType I64 = forInteger("i64", 64, true);

    /** {@code f16}: binary16. */
    public static final StreamType F16 = known(Formats.BINARY16);

    /** {@code bf16}: bfloat16. */
    public static final StreamType BF16 = known(Formats.BFLOAT16);

    /** {@code f32}: binary32. */
    public static final StreamType F32 = known(Formats.BINARY32);

    /** {@code f64}: binary64. */
    public static final StreamType F64 = known(Formats.BINARY64);

    private final String name;
    private final Kind kind;
    private final int width;
    private final int hexDigits;
    private final OperandSource operands;
    private final Optional<FloatStimulus> stimulus;
    private final int containerShift;
    private final LongPredicate nan;
    private final LongPredicate signalingNan;
    private final Optional<ScalarFormat> format;

    private StreamType(
            String name,
            Kind kind,
            int width,
            OperandSource operands,
            Optional<FloatStimulus> stimulus,
            LongPredicate nan,
            LongPredicate signalingNan,
            Optional<ScalarFormat> format) {
        this.name = name;
        this.format = format;
        this.kind = kind;
        this.width = width;
        this.operands = operands;
        this.stimulus = stimulus;
        this.nan = nan;
        this.signalingNan = signalingNan;
        containerShift = stimulus.map(FloatStimulus::containerShift).orElse(0);
        hexDigits = (width + containerShift + 3) / 4;
    }

    /**
     * Returns an integer type.
     *
     * @param name name in function names, as {@code i8}
     * @param width width in bits, 1 to 64
     * @param signed whether two's complement
     * @return the type
     * @throws IllegalArgumentException if the width is out of range
     */
    public static StreamType forInteger(String name, int width, boolean signed) {
        return new StreamType(
                name,
                signed ? Kind.SIGNED : Kind.UNSIGNED,
                width,
                OperandSource.forInteger(width, signed),
                Optional.empty(),
                c -> false,
                c -> false,
                Optional.of(new IntFormat(
                        name,
                        signed ? IntFormat.Encoding.TWOS_COMPLEMENT : IntFormat.Encoding.UNSIGNED,
                        width,
                        false,
                        0,
                        FormatInfo.custom("integer of " + width + " bits"))));
    }

    private static StreamType known(FloatFormat format) {
        return forFloat(
                format.name(), FloatStimulus.of(format), format::isNan, format::isSignalingNan, Optional.of(format));
    }

    /**
     * Returns a floating-point type with the NaNs of IEEE 754: highest exponent, trailing significand not zero, quiet if
     * its first bit is set.
     *
     * @param name name in function names, as {@code f16}
     * @param stimulus layout and test operands
     * @return the type
     */
    public static StreamType forIeeeFloat(String name, FloatStimulus stimulus) {
        int f = stimulus.fractionBits();
        long magnitude = BitPatterns.ones(stimulus.exponentBits() + f);
        long infinity = BitPatterns.ones(stimulus.exponentBits()) << f;
        long quiet = f == 0 ? 0 : 1L << f - 1;
        LongPredicate nan = code -> (code & magnitude) > infinity;
        return forFloat(name, stimulus, nan, code -> (code & magnitude) > infinity && (code & quiet) == 0);
    }

    /**
     * Returns a floating-point type.
     *
     * @param name name in function names, as {@code e4m3}
     * @param stimulus layout and test operands
     * @param nan tells whether a code, without container, is a NaN
     * @param signalingNan tells whether a code, without container, is a signaling NaN
     * @return the type
     */
    public static StreamType forFloat(
            String name, FloatStimulus stimulus, LongPredicate nan, LongPredicate signalingNan) {
        return forFloat(name, stimulus, nan, signalingNan, Optional.empty());
    }

    private static StreamType forFloat(
            String name,
            FloatStimulus stimulus,
            LongPredicate nan,
            LongPredicate signalingNan,
            Optional<ScalarFormat> format) {
        return new StreamType(
                name,
                Kind.FLOAT,
                stimulus.width(),
                OperandSource.forFloat(stimulus),
                Optional.of(stimulus),
                nan,
                signalingNan,
                format);
    }

    /**
     * Returns the type of a format.
     *
     * @param format a float or integer format; of the latter the encoding counts, not a scale
     * @return one of the constants of this class if TestFloat knows the format, else a type with the format's name
     */
    public static StreamType of(ScalarFormat format) {
        if (format instanceof IntFormat integer) {
            return forInteger(
                    integer.name(), integer.width(), integer.encoding() == IntFormat.Encoding.TWOS_COMPLEMENT);
        }
        FloatFormat real = (FloatFormat) format;
        for (StreamType known : new StreamType[] {F16, BF16, F32, F64}) {
            if (known.name.equals(real.name())) {
                return known;
            }
        }
        return known(real);
    }

    /**
     * Returns TestFloat's own types and those of other formats by name.
     *
     * @param formats finds the formats that are not among {@link #testFloatTypes()}
     * @return a resolver
     */
    public static Function<String, Optional<StreamType>> types(Function<String, Optional<ScalarFormat>> formats) {
        Function<String, Optional<StreamType>> own = testFloatTypes();
        return name -> own.apply(name).or(() -> formats.apply(name).map(StreamType::of));
    }

    /**
     * Returns TestFloat's own types by name: {@code ui32 ui64 i32 i64 f16 bf16 f32 f64} and the longer spellings
     * {@code uint32 ... float64}.
     *
     * @return a resolver that knows no other name
     */
    public static Function<String, Optional<StreamType>> testFloatTypes() {
        return name -> switch (name) {
            case "ui32", "uint32" -> Optional.of(UI32);
            case "ui64", "uint64" -> Optional.of(UI64);
            case "i32", "int32" -> Optional.of(I32);
            case "i64", "int64" -> Optional.of(I64);
            case "f16", "float16" -> Optional.of(F16);
            case "bf16", "bfloat16" -> Optional.of(BF16);
            case "f32", "float32" -> Optional.of(F32);
            case "f64", "float64" -> Optional.of(F64);
            default -> Optional.empty();
        };
    }

    /**
     * {@return the name used in function names}
     */
    public String name() {
        return name;
    }

    /**
     * {@return the format, if this is the type of one}
     */
    public Optional<ScalarFormat> format() {
        return format;
    }

    /**
     * {@return the family}
     */
    public Kind kind() {
        return kind;
    }

    /**
     * {@return the width of a code in bits, without container}
     */
    public int width() {
        return width;
    }

    /**
     * {@return the number of hexadecimal digits in a line: a quarter of the width, container included, rounded up}
     */
    public int hexDigits() {
        return hexDigits;
    }

    /**
     * {@return the number of zero bits below a code in its field: 13 for TF32, otherwise 0}
     */
    public int containerShift() {
        return containerShift;
    }

    /**
     * {@return the test operands}
     */
    public OperandSource operands() {
        return operands;
    }

    /**
     * {@return whether this is a floating-point type}
     */
    public boolean isFloat() {
        return kind == Kind.FLOAT;
    }

    /**
     * {@return whether this is an integer type}
     */
    public boolean isInteger() {
        return kind == Kind.SIGNED || kind == Kind.UNSIGNED;
    }

    /**
     * Tells whether a field's content is a NaN.
     *
     * @param field code as it stands in a line
     * @return whether the type is a float and the code a NaN
     */
    public boolean isNan(long field) {
        return nan.test(field >>> containerShift);
    }

    /**
     * Tells whether a field's content is a signaling NaN.
     *
     * @param field code as it stands in a line
     * @return whether the type is a float and the code a signaling NaN
     */
    public boolean isSignalingNan(long field) {
        return signalingNan.test(field >>> containerShift);
    }

    /**
     * Tells whether a field can hold a value: no bit is set above the code or below it in its container.
     *
     * @param field code as it stands in a line
     * @return whether it is a code of the type
     */
    public boolean isCode(long field) {
        return (field & ~(BitPatterns.ones(width) << containerShift)) == 0;
    }

    /**
     * Tells whether every value of this type is a value of another, so that a conversion never rounds.
     *
     * @param target type converted to, a float
     * @return whether conversion to the target is exact; false if that is not certain
     */
    boolean fitsIn(StreamType target) {
        FloatStimulus to = target.stimulus.orElseThrow();
        int precision = to.fractionBits() + 1;
        if (kind != Kind.FLOAT) {
            if (kind == Kind.SIGNED && to.signBits() == 0) {
                return false;
            }
            int magnitudeBits = kind == Kind.SIGNED ? width - 1 : width; // and the lowest number, a power of two
            return magnitudeBits <= precision && width <= to.emax();
        }
        FloatStimulus from = stimulus.orElseThrow();
        return from.fractionBits() + 1 <= precision
                && from.signBits() <= to.signBits()
                && from.emax() <= to.emax()
                && from.emin() - from.fractionBits() >= to.emin() - to.fractionBits();
    }

    /**
     * Appends a code the way TestFloat's verifier shows it: integers in hexadecimal, floats as sign, biased exponent, point
     * and trailing significand, each field in hexadecimal: {@code +0F.000} is one in binary16.
     *
     * @param text where to append
     * @param field code as it stands in a line
     */
    void show(StringBuilder text, long field) {
        if (stimulus.isEmpty()) {
            appendHex(text, field, hexDigits);
            return;
        }
        FloatStimulus layout = stimulus.orElseThrow();
        long code = field >>> containerShift;
        int e = layout.exponentBits();
        int f = layout.fractionBits();
        text.append(layout.signBits() == 1 && (code >>> e + f & 1) != 0 ? '-' : '+');
        appendHex(text, code >>> f & BitPatterns.ones(e), (e + 3) / 4);
        text.append('.');
        appendHex(text, code & BitPatterns.ones(f), Math.max(1, (f + 3) / 4));
    }

    private static void appendHex(StringBuilder text, long value, int digits) {
        for (int i = digits - 1; i >= 0; i--) {
            int digit = (int) (value >>> 4 * i) & 0xF;
            text.append((char) (digit < 10 ? '0' + digit : 'A' + digit - 10));
        }
    }

    /**
     * {@return the name}
     */
    @Override
    public String toString() {
        return name;
    }
}
