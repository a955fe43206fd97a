package org.bitexact.vectors;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.quant.FixedPointMultiplier;
import org.bitexact.testkit.Mutant;
import org.bitexact.testkit.Mutants;
import org.bitexact.testkit.Requantization;

/**
 * Integer requantisation: {@code q = clamp(zero + acc * multiplier * 2^(shift - 31))}, the product rounded once or twice as
 * {@link FixedPointMultiplier} does.
 */
final class RequantizePackFunction extends PackFunction {
    private static final String FORMAT = "format";
    private static final String ROUNDINGS = "roundings";
    private static final int CANDIDATES = 600;
    private static final BigInteger TWO31 = BigInteger.ONE.shiftLeft(31);

    private final IntFormat format;
    private final boolean twice;
    private final List<PackColumn> columns;

    private RequantizePackFunction(IntFormat format, boolean twice) {
        this.format = format;
        this.twice = twice;
        if (format.width() > 16 || format.scaleExponent() != 0 || format.encoding() == IntFormat.Encoding.BIPOLAR) {
            throw new IllegalArgumentException("format must be a plain integer format of at most 16 bits: " + format);
        }
        columns = List.of(
                PackColumn.operand("acc", Formats.INT32),
                PackColumn.operand("multiplier", Formats.INT32),
                PackColumn.operand("shift", Formats.INT8),
                PackColumn.operand("zero", format),
                PackColumn.result("q", format));
    }

    /** {@return the requantisation into a format, the product rounded twice or once} */
    static RequantizePackFunction of(IntFormat format, boolean twice) {
        return new RequantizePackFunction(format, twice);
    }

    static RequantizePackFunction ofProperties(Map<String, String> properties) {
        if (!(FormatNames.scalar(required(properties, FORMAT)).format() instanceof IntFormat format)) {
            throw new IllegalArgumentException("format must be an integer format: '" + properties.get(FORMAT) + "'");
        }
        int roundings = number(properties, ROUNDINGS);
        if (roundings != 1 && roundings != 2) {
            throw new IllegalArgumentException("roundings must be 1 or 2: " + roundings);
        }
        return of(format, roundings == 2);
    }

    @Override
    public String kind() {
        return "requantisation";
    }

    @Override
    public String name() {
        return "requantize_" + format.name();
    }

    @Override
    public List<PackColumn> columns() {
        return columns;
    }

    @Override
    public Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(KIND, kind());
        properties.put(FUNCTION, name());
        properties.put(FORMAT, format.name());
        properties.put(ROUNDINGS, twice ? "2" : "1");
        return properties;
    }

    @Override
    String arguments() {
        return "requantize --format " + format.name() + (twice ? "" : " --roundings 1");
    }

    @Override
    String source() {
        return "bitexact";
    }

    // ------------------------------------------------------------------ results

    @Override
    public long[][] evaluate(long[][] operands) {
        int acc = (int) operands[0][0];
        FixedPointMultiplier by =
                new FixedPointMultiplier((int) operands[1][0], (int) Formats.INT8.toInteger(operands[2][0]));
        int scaled = twice ? by.applyRoundingTwice(acc) : by.applyRoundingOnce(acc);
        long q = scaled + format.toInteger(operands[3][0]);
        return new long[][] {{Math.max(format.minInteger(), Math.min(format.maxInteger(), q)) & format.codeMask()}};
    }

    @Override
    public String referenceName() {
        return "exact integers";
    }

    @Override
    public Optional<long[][]> reference(long[][] operands) {
        BigInteger acc = BigInteger.valueOf(Formats.INT32.toInteger(operands[0][0]));
        BigInteger multiplier = BigInteger.valueOf(Formats.INT32.toInteger(operands[1][0]));
        int shift = (int) Formats.INT8.toInteger(operands[2][0]);
        BigInteger scaled;
        if (twice) {
            BigInteger left = wrapped(acc.shiftLeft(Math.max(0, shift)));
            BigInteger high = floorOfSum(left.multiply(multiplier), TWO31.shiftRight(1), 31)
                    .min(TWO31.subtract(BigInteger.ONE));
            int right = Math.max(0, -shift);
            BigInteger half = right == 0 ? BigInteger.ZERO : BigInteger.ONE.shiftLeft(right - 1);
            BigInteger magnitude = floorOfSum(high.abs(), half, right);
            scaled = high.signum() < 0 ? magnitude.negate() : magnitude;
        } else {
            int total = 31 - shift;
            scaled = wrapped(floorOfSum(acc.multiply(multiplier), BigInteger.ONE.shiftLeft(total - 1), total));
        }
        BigInteger q = scaled.add(BigInteger.valueOf(format.toInteger(operands[3][0])))
                .max(BigInteger.valueOf(format.minInteger()))
                .min(BigInteger.valueOf(format.maxInteger()));
        return Optional.of(new long[][] {{q.longValue() & format.codeMask()}});
    }

    /** floor((x + offset) / 2^shift). */
    private static BigInteger floorOfSum(BigInteger x, BigInteger offset, int shift) {
        return x.add(offset).shiftRight(shift);
    }

    /** Modulo 2^32, as a signed number. */
    private static BigInteger wrapped(BigInteger x) {
        return BigInteger.valueOf(x.intValue());
    }

    @Override
    public Map<String, PackFunction> neighbours() {
        return new LinkedHashMap<>(Map.of("roundings=" + (twice ? 1 : 2), of(format, !twice)));
    }

    /** Mistakes of one multiplier and zero point, for all of them: where one shows in none, the result is right. */
    @Override
    public List<PackMutant> mutants() {
        Map<Requantization, Mutants<IntUnaryOperator>> known = new HashMap<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (int shift = 0; shift >= -8; shift -= 4) {
            FixedPointMultiplier by = new FixedPointMultiplier(1 << 30 | 0x1234_5678 >>> -shift, shift);
            for (int zero = 0; zero < 2; zero++) {
                Mutants.requantization(new Requantization(by, twice, zero, format))
                        .all()
                        .forEach(m -> names.put(m.name(), m.defect()));
            }
        }
        List<PackMutant> all = new ArrayList<>();
        names.forEach((name, defect) -> all.add(new PackMutant(name, defect, cells -> {
            Requantization right = new Requantization(
                    new FixedPointMultiplier((int) cells[1][0], (int) Formats.INT8.toInteger(cells[2][0])),
                    twice,
                    (int) format.toInteger(cells[3][0]),
                    format);
            IntUnaryOperator wrong = known.computeIfAbsent(right, Mutants::requantization).all().stream()
                    .filter(m -> m.name().equals(name))
                    .findFirst()
                    .<IntUnaryOperator>map(Mutant::implementation)
                    .orElse(right);
            return new long[][] {{wrong.applyAsInt((int) cells[0][0]) & format.codeMask()}};
        })));
        return all;
    }

    @Override
    List<long[][]> candidates(int seed) {
        return drawn("mixed", CANDIDATES, seed);
    }

    // ------------------------------------------------------------------ stimulus

    @Override
    public List<String> stimuli() {
        return List.of("mixed", "cover");
    }

    /**
     * Accumulators whose result is any, at the ends of the range, an exact tie of either rounding or beside one, and extreme
     * accumulators, multipliers and shifts.
     */
    @Override
    PackStimulus stimulus(String stimulus, int count, int seed) {
        if (stimulus.equals("cover")) {
            return covering(count, seed);
        }
        if (!stimulus.equals("mixed")) {
            throw unknownStimulus(stimulus);
        }
        return new Draw(seed);
    }

    private final class Draw implements PackStimulus {
        private final long seed;
        private long drawn;
        private int turn;

        Draw(long seed) {
            this.seed = seed;
        }

        private int below(int bound) {
            return (int) Math.floorMod(CounterRandom.word(seed, drawn++) >>> 8, (long) bound);
        }

        private int bits() {
            return (int) CounterRandom.word(seed, drawn++);
        }

        @Override
        public long[][] next() {
            int kind = turn++ % 6;
            int multiplier = 1 << 30 | bits() & (1 << 30) - 1;
            int shift = -below(16);
            int zero = below(3) == 0 ? 0 : bits();
            int acc;
            switch (kind) {
                case 0 -> // about the range of the result
                    acc = near((below(2 << format.width()) - (1 << format.width())) + 0.0, multiplier, shift);
                case 1 -> { // powers of two: every half is a tie
                    multiplier = 1 << 30;
                    acc = ((below(512) - 256) * 2 + 1) << -shift;
                }
                case 2 -> // halves, about
                    acc = near(below(512) - 256 + 0.5, multiplier, shift) + below(3) - 1;
                case 3 -> { // a tie of the first rounding
                    multiplier = 1 << 30;
                    shift = -below(3);
                    acc = 2 * below(1 << 10) - (1 << 10) + 1;
                }
                case 4 -> {
                    acc = below(2) == 0 ? Integer.MIN_VALUE + below(3) : Integer.MAX_VALUE - below(3);
                    multiplier = below(2) == 0 ? Integer.MAX_VALUE - below(3) : 1 << 30 | below(3);
                    shift = below(62) - 31;
                }
                default -> {
                    acc = bits() >> below(32);
                    shift = below(62) - 31;
                    multiplier = below(8) == 0 ? 0 : multiplier;
                }
            }
            return new long[][] {{Integer.toUnsignedLong(acc)}, {multiplier}, {shift & 0xff}, {zero & format.codeMask()}
            };
        }

        private int near(double result, int multiplier, int shift) {
            double acc = result / Math.scalb((double) multiplier, shift - 31);
            return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Math.rint(acc)));
        }
    }
}
