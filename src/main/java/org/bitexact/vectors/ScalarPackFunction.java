package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitexact.arith.Arithmetic;
import org.bitexact.arith.Comparison;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.codec.CounterRandom;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.FormatNames;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.oracle.ExactArithmetic;
import org.bitexact.oracle.Oracle;
import org.bitexact.oracle.OracleValue;
import org.bitexact.testkit.CodeFunction;
import org.bitexact.testkit.Mutant;
import org.bitexact.testkit.Mutants;
import org.bitexact.testkit.OperandGenerator;
import org.bitexact.testkit.ScalarFunction;
import org.bitexact.testkit.ScalarOperation;

/** Conversions, arithmetic and comparisons of one result, under any policies; NaN results are canonical. */
final class ScalarPackFunction extends PackFunction {
    private static final String OPERATION = "operation";
    private static final String FORMATS = "formats";
    private static final String POLICIES = "policies";
    private static final List<String> OPERAND_NAMES = List.of("a", "b", "c");
    private static final int MOST_TUPLES = 1 << 24;
    private static final int EXHAUSTIVE_BITS = 12;
    private static final int CANDIDATES = 2000;

    private final TestFloatOperation operation;
    private final List<ScalarFormat> operands;
    private final ScalarFormat result;
    private final Policies policies;
    private final List<PackColumn> columns;
    private final CaseFunction compute;
    private final boolean stochastic;

    private ScalarPackFunction(
            TestFloatOperation operation, List<ScalarFormat> operands, ScalarFormat result, Policies policies) {
        this.operation = operation;
        this.operands = List.copyOf(operands);
        this.result = result;
        this.policies = policies;
        if (operands.size() != operation.arity()) {
            throw new IllegalArgumentException("formats of " + operation.word() + " must be " + operation.arity()
                    + " of operands and that of the result: " + operands.size() + " of operands");
        }
        if (operation != TestFloatOperation.CONVERT
                && !(operands.stream().allMatch(f -> f instanceof FloatFormat)
                        && (operation.isComparison() || result instanceof FloatFormat))) {
            throw new IllegalArgumentException(
                    "formats of " + operation.word() + " must be floating-point formats: " + names());
        }
        if ((operation == TestFloatOperation.REM
                        || operation == TestFloatOperation.ROUND_TO_INT
                        || operation.isComparison())
                && (operands.stream().distinct().count() > 1
                        || !operation.isComparison() && !operands.get(0).equals(result))) {
            throw new IllegalArgumentException("formats of " + operation.word() + " must be the same: " + names());
        }
        stochastic = policies.rounding().isStochastic();
        if (stochastic
                && (operation == TestFloatOperation.REM
                        || operation == TestFloatOperation.ROUND_TO_INT
                        || operation.isComparison())) {
            throw new IllegalArgumentException("rounding of " + operation.word() + " must be deterministic: "
                    + policies.rounding().id());
        }
        List<PackColumn> all = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            all.add(PackColumn.operand(OPERAND_NAMES.get(i), operands.get(i)));
        }
        if (stochastic) {
            int bits = policies.randomBits();
            int container = bits <= 8 ? 8 : bits <= 16 ? 16 : bits <= 32 ? 32 : 64;
            all.add(PackColumn.operand("r", FormatNames.scalar("u" + container).format()));
        }
        all.add(PackColumn.result("z", result));
        all.add(PackColumn.flags());
        columns = List.copyOf(all);
        compute = compute();
    }

    /** {@return the function that a name in TestFloat's manner says} */
    static ScalarPackFunction of(TestFloatFunction function, Policies policies) {
        List<ScalarFormat> operands = new ArrayList<>();
        function.operands().forEach(type -> operands.add(format(type)));
        ScalarFormat result =
                function.operation().isComparison() ? org.bitexact.format.Formats.UINT1 : format(function.result());
        return new ScalarPackFunction(function.operation(), operands, result, policies);
    }

    private static ScalarFormat format(StreamType type) {
        // types of TestFloat's own are found by name as well, so that a pack names every format in one way
        return FormatNames.find(type.name())
                .map(FormatNames.Resolved::format)
                .or(type::format)
                .orElseThrow(() -> new IllegalArgumentException("type must be that of a format: " + type.name()));
    }

    /**
     * {@return the function of an operation}
     *
     * @param formats those of the operands and of the result, or one for all; of a comparison, one
     */
    static ScalarPackFunction of(TestFloatOperation operation, List<ScalarFormat> formats, Policies policies) {
        if (operation.isComparison()) {
            return new ScalarPackFunction(
                    operation,
                    formats.size() == 1 ? Collections.nCopies(operation.arity(), formats.get(0)) : formats,
                    org.bitexact.format.Formats.UINT1,
                    policies);
        }
        List<ScalarFormat> all =
                formats.size() == 1 ? Collections.nCopies(operation.arity() + 1, formats.get(0)) : formats;
        int last = all.size() - 1;
        return new ScalarPackFunction(operation, all.subList(0, last), all.get(last), policies);
    }

    static ScalarPackFunction ofProperties(Map<String, String> properties) {
        String word = required(properties, OPERATION);
        List<ScalarFormat> formats = new ArrayList<>();
        for (String name : required(properties, FORMATS).split(",", -1)) {
            formats.add(FormatNames.scalar(name).format());
        }
        return of(operation(word), formats, PolicyText.parse(properties.getOrDefault(POLICIES, "")));
    }

    /** {@return the operation of a word: {@code to}, {@code add}, ...} */
    static TestFloatOperation operation(String word) {
        for (TestFloatOperation operation : TestFloatOperation.values()) {
            if (operation.word().equals(word)) {
                return operation;
            }
        }
        List<String> words = new ArrayList<>();
        for (TestFloatOperation operation : TestFloatOperation.values()) {
            words.add(operation.word());
        }
        throw new IllegalArgumentException("operation must be one of " + String.join(", ", words) + ": '" + word + "'");
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        operands.forEach(f -> names.add(f.name()));
        if (!operation.isComparison()) {
            names.add(result.name());
        }
        return names;
    }

    // ------------------------------------------------------------------ what it is

    @Override
    public String kind() {
        if (operation == TestFloatOperation.CONVERT) {
            return "conversion";
        }
        boolean same = operation.isComparison() || operands.stream().allMatch(result::equals);
        return same ? "arithmetic" : "widening";
    }

    @Override
    public String name() {
        String first = operands.get(0).name();
        if (operation == TestFloatOperation.CONVERT) {
            return first + "_to_" + result.name();
        }
        if (kind().equals("arithmetic")) {
            return first + "_" + operation.word();
        }
        String factors = operands.size() < 2 || operands.get(1).equals(operands.get(0))
                ? first
                : first + "_" + operands.get(1).name();
        return factors + "_" + operation.word() + "_" + result.name();
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
        properties.put(OPERATION, operation.word());
        properties.put(FORMATS, String.join(",", names()));
        properties.put(POLICIES, PolicyText.of(policies));
        return properties;
    }

    @Override
    String arguments() {
        return operation.word() + " --format " + String.join(",", names()) + PolicyText.options(policies);
    }

    @Override
    String source() {
        return "bitexact";
    }

    // ------------------------------------------------------------------ what it gives

    private CaseFunction compute() {
        if (operation == TestFloatOperation.CONVERT) {
            Converter converter = Converter.of(operands.get(0), Codec.of(result, policies));
            return (a, b, r, flags) -> converter.convertLong(a, r, flags);
        }
        FloatFormat a = (FloatFormat) operands.get(0);
        if (operation.isComparison()) {
            return StreamFunctions.comparison(operation, Comparison.of(a));
        }
        FloatFormat b = (FloatFormat) operands.get(Math.min(1, operands.size() - 1));
        FloatFormat c = (FloatFormat) operands.get(operands.size() - 1);
        Arithmetic arithmetic = Arithmetic.mixed(a, b, c, Codec.of(result, policies));
        return switch (operation) {
            case ADD -> (x, y, r, flags) -> arithmetic.add(x, y, r, flags);
            case SUB -> (x, y, r, flags) -> arithmetic.subtract(x, y, r, flags);
            case MUL -> (x, y, r, flags) -> arithmetic.multiply(x, y, r, flags);
            case DIV -> (x, y, r, flags) -> arithmetic.divide(x, y, r, flags);
            case REM -> (x, y, r, flags) -> arithmetic.remainder(x, y, flags);
            case SQRT -> (x, y, r, flags) -> arithmetic.squareRoot(x, r, flags);
            case ROUND_TO_INT -> (x, y, r, flags) -> arithmetic.roundToIntegral(x, policies.rounding(), true, flags);
            case MUL_ADD -> (x, y, z, flags) -> arithmetic.fma(x, y, z, 0, flags);
            default -> throw new IllegalArgumentException("operation must be arithmetic: " + operation);
        };
    }

    private long operand(long[][] cells, int i) {
        return i < operands.size() ? cells[i][0] >>> columns.get(i).containerShift() : 0;
    }

    private long random(long[][] cells) {
        return stochastic ? cells[operands.size()][0] : 0;
    }

    private long[][] results(long code, int flags) {
        int z = columns.size() - 2;
        return new long[][] {{code << columns.get(z).containerShift()}, {flags}};
    }

    @Override
    public long[][] evaluate(long[][] cells) {
        Flags flags = new Flags();
        long code;
        if (operation == TestFloatOperation.MUL_ADD && stochastic) {
            Arithmetic arithmetic = Arithmetic.mixed(
                    (FloatFormat) operands.get(0),
                    (FloatFormat) operands.get(1),
                    (FloatFormat) operands.get(2),
                    Codec.of(result, policies));
            code = arithmetic.fma(operand(cells, 0), operand(cells, 1), operand(cells, 2), random(cells), flags);
        } else {
            long third = operation == TestFloatOperation.MUL_ADD ? operand(cells, 2) : random(cells);
            code = compute.evaluate(operand(cells, 0), operand(cells, 1), third, flags);
        }
        return results(code, flags.raised());
    }

    @Override
    public String referenceName() {
        return "the exact oracle";
    }

    @Override
    public Optional<long[][]> reference(long[][] cells) {
        long x = operand(cells, 0);
        long y = operand(cells, 1);
        ScalarFormat a = operands.get(0);
        ScalarFormat b = operands.get(Math.min(1, operands.size() - 1));
        if (operation.isComparison()) {
            return Optional.of(compared(Oracle.of(a).decode(x), Oracle.of(a).decode(y)));
        }
        long r = random(cells);
        Oracle.Result z = switch (operation) {
            case CONVERT -> Oracle.convert(a, x, result, policies, r);
            case ADD -> ExactArithmetic.add(a, x, b, y, result, policies, r);
            case SUB -> ExactArithmetic.subtract(a, x, b, y, result, policies, r);
            case MUL -> ExactArithmetic.multiply(a, x, b, y, result, policies, r);
            case DIV -> ExactArithmetic.divide(a, x, b, y, result, policies, r);
            case REM -> ExactArithmetic.remainder(a, x, b, y, result, policies);
            case SQRT -> ExactArithmetic.squareRoot(a, x, result, policies, r);
            case MUL_ADD -> ExactArithmetic.fma(a, x, b, y, operands.get(2), operand(cells, 2), result, policies, r);
            case ROUND_TO_INT -> ExactArithmetic.roundToIntegral(a, x, policies.rounding(), true, result, policies);
            default -> throw new IllegalStateException(operation.word());
        };
        return Optional.of(results(z.code(), z.flags()));
    }

    /** IEEE 754-2019, 5.11: the comparisons that signal do so for every NaN, the quiet ones for signaling NaNs. */
    private long[][] compared(OracleValue x, OracleValue y) {
        boolean nan = x instanceof OracleValue.Nan || y instanceof OracleValue.Nan;
        boolean signaling =
                x instanceof OracleValue.Nan n && n.signaling() || y instanceof OracleValue.Nan m && m.signaling();
        boolean quiet = switch (operation) {
            case EQ, LE_QUIET, LT_QUIET -> true;
            default -> false;
        };
        int order = nan ? 0 : order(x).compareTo(order(y));
        boolean holds = !nan
                && switch (operation) {
                    case EQ, EQ_SIGNALING -> order == 0;
                    case LE, LE_QUIET -> order <= 0;
                    default -> order < 0;
                };
        return results(holds ? 1 : 0, signaling || nan && !quiet ? Flags.INVALID : 0);
    }

    /** A number in the order of values; infinities lie beyond every finite number of a format. */
    private static java.math.BigDecimal order(OracleValue x) {
        if (x instanceof OracleValue.Finite f) {
            // every value of a format is dyadic
            java.math.BigDecimal significand =
                    new java.math.BigDecimal(f.ratio().getNumerator());
            java.math.BigDecimal two = java.math.BigDecimal.valueOf(2);
            return f.exponent() >= 0
                    ? significand.multiply(two.pow(f.exponent()))
                    : significand.multiply(new java.math.BigDecimal("0.5").pow(-f.exponent()));
        }
        java.math.BigDecimal far = java.math.BigDecimal.TEN.pow(30_000);
        return x instanceof OracleValue.Infinity ? (x.negative() ? far.negate() : far) : java.math.BigDecimal.ZERO;
    }

    @Override
    public Map<String, PackFunction> neighbours() {
        Map<String, PackFunction> all = new LinkedHashMap<>();
        if (operation.isComparison()) {
            for (TestFloatOperation other : TestFloatOperation.values()) {
                if (other.isComparison() && other != operation) {
                    all.put("operation=" + other.word(), new ScalarPackFunction(other, operands, result, policies));
                }
            }
            return all;
        }
        PolicyText.changes(policies).forEach((name, changed) -> {
            if (result instanceof IntFormat || !changed.overflow().isForIntegers()) {
                all.put(name, new ScalarPackFunction(operation, operands, result, changed));
            }
        });
        return all;
    }

    /** The function among those of which wrong implementations are known. */
    private Optional<ScalarFunction> known() {
        ScalarOperation same = switch (operation) {
            case CONVERT -> ScalarOperation.CONVERT;
            case ADD -> ScalarOperation.ADD;
            case SUB -> ScalarOperation.SUBTRACT;
            case MUL -> ScalarOperation.MULTIPLY;
            case DIV -> ScalarOperation.DIVIDE;
            case SQRT -> ScalarOperation.SQUARE_ROOT;
            case MUL_ADD -> ScalarOperation.FMA;
            default -> null;
        };
        return same == null || stochastic
                ? Optional.empty()
                : Optional.of(new ScalarFunction(same, operands, result, policies));
    }

    @Override
    public List<PackMutant> mutants() {
        Optional<ScalarFunction> known = known();
        if (known.isEmpty()) {
            return super.mutants();
        }
        List<PackMutant> all = new ArrayList<>();
        for (Mutant<CodeFunction> mutant : Mutants.of(known.get()).all()) {
            all.add(new PackMutant(mutant.name(), mutant.defect(), cells -> {
                long[] codes = new long[operands.size()];
                for (int i = 0; i < codes.length; i++) {
                    codes[i] = operand(cells, i);
                }
                Oracle.Result wrong = mutant.implementation().apply(codes);
                return results(wrong.code(), wrong.flags());
            }));
        }
        return all;
    }

    @Override
    List<long[][]> candidates(int seed) {
        List<long[][]> all = new ArrayList<>();
        if (tupleBits() <= EXHAUSTIVE_BITS && !stochastic) {
            return drawn("exhaustive", 1 << tupleBits(), seed);
        }
        known().ifPresent(f -> OperandGenerator.of(f)
                .operands(seed)
                .limit(CANDIDATES)
                .map(codes -> cells(to -> {
                    for (int i = 0; i < codes.length; i++) {
                        to[i] = codes[i] << columns.get(i).containerShift();
                    }
                }))
                .forEach(all::add));
        all.addAll(drawn("mixed", CANDIDATES, seed));
        return all;
    }

    // ------------------------------------------------------------------ stimulus

    @Override
    public List<String> stimuli() {
        return List.of("mixed", "hard", "testfloat", "exhaustive", "cover");
    }

    @Override
    PackStimulus stimulus(String stimulus, int count, int seed) {
        if (stimulus.equals("cover")) {
            return covering(count, seed);
        }
        PackStimulus drawn = switch (stimulus) {
            case "hard" -> hard(seed);
            case "testfloat" -> listed(count, seed);
            case "mixed" -> {
                PackStimulus hard = hard(seed);
                PackStimulus listed = listed((count + 1) / 2, seed);
                boolean[] turn = {false};
                yield () -> (turn[0] = !turn[0]) ? listed.next() : hard.next();
            }
            case "exhaustive" -> exhaustive(count);
            default -> throw unknownStimulus(stimulus);
        };
        if (!stochastic) {
            return drawn;
        }
        long[] index = {0};
        return () -> {
            long[][] some = drawn.next();
            long[][] cells = java.util.Arrays.copyOf(some, some.length + 1);
            cells[some.length] = new long[] {CounterRandom.bits(seed, index[0]++, policies.randomBits())};
            return cells;
        };
    }

    private PackStimulus hard(int seed) {
        HardCases hard = new HardCases(operation, operands, operation.isComparison() ? operands.get(0) : result, seed);
        return () -> cells(hard::next);
    }

    private PackStimulus listed(int count, int seed) {
        List<OperandSource> sources =
                operands.stream().map(f -> StreamType.of(f).operands()).toList();
        CaseSequence sequence = CaseSequence.sampled(1, seed, count, sources);
        return () -> cells(sequence::next);
    }

    private interface Draw {
        void next(long[] codes);
    }

    private long[][] cells(Draw draw) {
        long[] codes = new long[3];
        draw.next(codes);
        long[][] cells = new long[operands.size()][];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = new long[] {codes[i]};
        }
        return cells;
    }

    private int tupleBits() {
        return operands.stream().mapToInt(ScalarFormat::width).sum();
    }

    @Override
    public int usualCount(String stimulus) {
        return stimulus.equals("exhaustive") ? 1 << Math.min(30, tupleBits()) : super.usualCount(stimulus);
    }

    /** Every tuple of codes, the last operand fastest. */
    private PackStimulus exhaustive(int count) {
        int bits = tupleBits();
        if (bits > 24 || count > 1 << bits) {
            throw new IllegalArgumentException(
                    "tuples of operands must be at least " + count + " and at most " + MOST_TUPLES + ", not 2^" + bits);
        }
        int[] index = {0};
        return () -> {
            long rest = index[0]++;
            long[][] cells = new long[operands.size()][];
            for (int i = cells.length - 1; i >= 0; i--) {
                ScalarFormat f = operands.get(i);
                cells[i] = new long[] {(rest & f.codeMask()) << columns.get(i).containerShift()};
                rest >>>= f.width();
            }
            return cells;
        };
    }
}
