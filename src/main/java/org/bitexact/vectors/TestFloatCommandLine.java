package org.bitexact.vectors;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Reads the arguments of {@code testfloat_gen} and {@code testfloat_ver}. */
final class TestFloatCommandLine {

    private final TestFloatProgram program;
    private final List<String> arguments;
    private final Function<String, Optional<StreamType>> types;

    /** Place of the argument being read. */
    private int at;

    private Optional<String> prefix = Optional.empty();
    private int seed = TestFloatOptions.DEFAULTS.seed();
    private int level = TestFloatOptions.DEFAULTS.level();
    private OptionalLong count = OptionalLong.empty();
    private boolean forever;
    private TestFloatRounding rounding = TestFloatOptions.DEFAULTS.rounding();
    private boolean tininessBefore;
    private boolean exact;
    private long maxErrors = TestFloatOptions.DEFAULTS.maxErrors();
    private boolean checkNans;
    private boolean checkInvalidIntegers;
    private Specialization specialization = TestFloatOptions.DEFAULTS.specialization();
    private boolean saturate;
    private OptionalLong sample = OptionalLong.empty();
    private OptionalLong hard = OptionalLong.empty();
    private int shard = 1;
    private int shards = 1;
    private Optional<TestFloatFunction> function = Optional.empty();
    private List<StreamType> operands = Collections.emptyList();

    TestFloatCommandLine(
            TestFloatProgram program, List<String> arguments, Function<String, Optional<StreamType>> types) {
        this.program = program;
        this.arguments = arguments;
        this.types = types;
    }

    TestFloatRequest parse() throws TestFloatException {
        if (arguments.isEmpty()) {
            return TestFloatRequest.helpFor(program);
        }
        boolean generates = program == TestFloatProgram.GENERATOR;
        for (at = 0; at < arguments.size(); at++) {
            String argument = arguments.get(at);
            String word = argument.startsWith("-") ? argument.substring(1) : argument;
            if (word.equals("help") || word.equals("-help") || word.equals("h")) {
                return TestFloatRequest.helpFor(program);
            }
            boolean known = readCommonOption(word)
                    || (generates ? readGeneratorOption(word) : readVerifierOption(word))
                    || generates && readType(word)
                    || readFunction(word);
            if (!known) {
                throw fail("Invalid argument '" + argument + "'");
            }
        }
        if (function.isEmpty() && operands.isEmpty()) {
            throw fail(generates ? "Type or function argument required" : "Function argument required");
        }
        if (hard.isPresent() && function.isEmpty()) {
            throw fail("Hard cases need a function");
        }
        if (forever && shards > 1) {
            throw fail("An endless stream has no shards");
        }
        TestFloatOptions options = new TestFloatOptions(
                prefix,
                seed,
                level,
                count,
                forever,
                rounding,
                tininessBefore,
                exact,
                maxErrors,
                checkNans,
                checkInvalidIntegers,
                specialization,
                saturate,
                sample,
                hard,
                shard,
                shards);
        return new TestFloatRequest(program, options, false, function, operands);
    }

    private boolean readCommonOption(String word) throws TestFloatException {
        switch (word) {
            case "rnear_even", "rneareven", "rnearest_even" -> rounding = TestFloatRounding.NEAR_EVEN;
            case "rminMag", "rminmag" -> rounding = TestFloatRounding.MIN_MAG;
            case "rmin" -> rounding = TestFloatRounding.MIN;
            case "rmax" -> rounding = TestFloatRounding.MAX;
            case "rnear_maxMag", "rnear_maxmag", "rnearmaxmag", "rnearest_maxmag", "rnearest_maxMag" ->
                rounding = TestFloatRounding.NEAR_MAX_MAG;
            case "rodd" -> rounding = TestFloatRounding.ODD;
            case "tininessbefore" -> tininessBefore = true;
            case "tininessafter" -> tininessBefore = false;
            case "exact" -> exact = true;
            case "notexact" -> exact = false;
            case "precision32", "precision64", "precision80" -> {
                // extF80 alone has a rounding precision
            }
            case "sat" -> saturate = true;
            case "nosat" -> saturate = false;
            case "specialize" -> {
                String name = optionValue("requires a name");
                specialization =
                        Specialization.of(name).orElseThrow(() -> fail("Invalid specialization '" + name + "'"));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readGeneratorOption(String word) throws TestFloatException {
        switch (word) {
            case "prefix" -> prefix = Optional.of(optionValue("requires numeric argument"));
            case "seed" -> seed = (int) number(true);
            case "level" -> setLevel((int) number(false));
            case "level1" -> level = 1;
            case "level2" -> level = 2;
            case "n" -> {
                count = OptionalLong.of(number(false));
                forever = false;
            }
            case "forever" -> {
                level = 2;
                count = OptionalLong.empty();
                forever = true;
            }
            case "sample" -> {
                long cases = number(false);
                if (cases < 1) {
                    throw fail("Invalid number of samples " + cases);
                }
                sample = OptionalLong.of(cases);
            }
            case "hard" -> {
                long cases = number(false);
                if (cases < 1) {
                    throw fail("Invalid number of hard cases " + cases);
                }
                hard = OptionalLong.of(cases);
            }
            case "shard", "-shard" -> readShard(optionValue("requires an argument i/n"));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readVerifierOption(String word) throws TestFloatException {
        switch (word) {
            case "errors" -> maxErrors = number(false);
            case "checkNaNs", "checknans" -> checkNans = true;
            case "checkInvInts", "checkinvints" -> checkInvalidIntegers = true;
            case "checkAll", "checkall" -> {
                checkNans = true;
                checkInvalidIntegers = true;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readType(String word) throws TestFloatException {
        Optional<StreamType> type = lookUp(word);
        if (type.isEmpty()) {
            return false;
        }
        // The next argument may be a number of operands; integers have one only.
        int number = 1;
        if (at + 1 < arguments.size()) {
            String next = arguments.get(at + 1);
            if (next.equals("1") || type.get().isFloat() && (next.equals("2") || next.equals("3"))) {
                number = next.charAt(0) - '0';
                at++;
            }
        }
        operands = Collections.nCopies(number, type.get());
        function = Optional.empty();
        return true;
    }

    private boolean readFunction(String word) throws TestFloatException {
        Optional<TestFloatFunction> parsed;
        try {
            parsed = TestFloatFunction.parse(word, types);
        } catch (IllegalArgumentException e) {
            throw fail(String.valueOf(e.getMessage()));
        }
        if (parsed.isPresent()) {
            function = parsed;
            operands = Collections.emptyList();
        }
        return parsed.isPresent();
    }

    private Optional<StreamType> lookUp(String word) throws TestFloatException {
        try {
            return types.apply(word);
        } catch (IllegalArgumentException e) {
            throw fail(String.valueOf(e.getMessage()));
        }
    }

    private void setLevel(int newLevel) throws TestFloatException {
        if (newLevel < 1 || newLevel > 2) {
            throw fail("Invalid testing level " + newLevel);
        }
        level = newLevel;
    }

    private void readShard(String text) throws TestFloatException {
        int slash = text.indexOf('/');
        try {
            int i = Integer.parseInt(text.substring(0, Math.max(0, slash)));
            int n = Integer.parseInt(text.substring(slash + 1));
            if (i >= 1 && i <= n) {
                shard = i;
                shards = n;
                return;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw fail("Invalid shard '" + text + "': write i/n with i from 1 to n");
    }

    /** The argument of the option at hand, which is then done with. */
    private String optionValue(String complaint) throws TestFloatException {
        if (at + 1 >= arguments.size()) {
            throw fail("'" + arguments.get(at) + "' option " + complaint);
        }
        return arguments.get(++at);
    }

    /** The number after the option at hand, read as C's strtol or strtoul does. */
    private long number(boolean unsigned) throws TestFloatException {
        String option = arguments.get(at);
        String complaint = "requires numeric argument";
        OptionalLong value = parseC(optionValue(complaint), unsigned);
        if (value.isEmpty()) {
            throw fail("'" + option + "' option " + complaint);
        }
        return value.getAsLong();
    }

    /**
     * Reads a decimal number with optional leading space and sign; too large a number becomes the nearest that fits, and no
     * text at all is 0.
     */
    static OptionalLong parseC(String text, boolean unsigned) {
        if (text.isEmpty()) {
            return OptionalLong.of(0);
        }
        int i = 0;
        while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) >= '\t' && text.charAt(i) <= '\r')) {
            i++;
        }
        boolean negative = i < text.length() && text.charAt(i) == '-';
        if (negative || i < text.length() && text.charAt(i) == '+') {
            i++;
        }
        String digits = text.substring(i);
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        java.math.BigInteger magnitude = new java.math.BigInteger(digits);
        if (unsigned) {
            boolean fits = magnitude.bitLength() <= 64;
            long value = fits ? magnitude.longValue() : -1L;
            return OptionalLong.of(negative && fits ? -value : value);
        }
        java.math.BigInteger value = negative ? magnitude.negate() : magnitude;
        if (value.bitLength() > 63) {
            return OptionalLong.of(negative ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
        return OptionalLong.of(value.longValue());
    }

    private TestFloatException fail(String message) {
        return new TestFloatException(program, message);
    }
}
