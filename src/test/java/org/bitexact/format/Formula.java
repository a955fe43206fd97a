package org.bitexact.format;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/**
 * Computes the formulas of family specifications: {@code + - * /}, powers of two, parentheses, {@code floor}, whole numbers and
 * variables. Quotients must have a finite decimal expansion, as those by powers of two have.
 */
final class Formula {
    private final String text;
    private final Map<String, BigDecimal> variables;
    private int at;

    private Formula(String text, Map<String, BigDecimal> variables) {
        this.text = text.replace(" ", "");
        this.variables = variables;
    }

    static BigDecimal compute(String text, Map<String, BigDecimal> variables) {
        Formula formula = new Formula(text, variables);
        BigDecimal value = formula.sum();
        if (formula.at != formula.text.length()) {
            throw new IllegalArgumentException("'" + text + "' at " + formula.at);
        }
        return value;
    }

    private boolean take(char c) {
        boolean here = at < text.length() && text.charAt(at) == c;
        if (here) {
            at++;
        }
        return here;
    }

    private BigDecimal sum() {
        BigDecimal value = take('-') ? product().negate() : product();
        while (true) {
            if (take('+')) {
                value = value.add(product());
            } else if (take('-')) {
                value = value.subtract(product());
            } else {
                return value;
            }
        }
    }

    private BigDecimal product() {
        BigDecimal value = power();
        while (true) {
            if (take('*')) {
                value = value.multiply(power());
            } else if (take('/')) {
                value = value.divide(power());
            } else {
                return value;
            }
        }
    }

    private BigDecimal power() {
        BigDecimal base = atom();
        if (!take('^')) {
            return base;
        }
        if (base.compareTo(BigDecimal.valueOf(2)) != 0) {
            throw new IllegalArgumentException("not a power of two in '" + text + "'");
        }
        return ExactValue.powerOfTwo(atom().intValueExact());
    }

    private BigDecimal atom() {
        if (take('(')) {
            BigDecimal value = sum();
            if (!take(')')) {
                throw new IllegalArgumentException("')' missing in '" + text + "' at " + at);
            }
            return value;
        }
        int start = at;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("floor")) {
            return atom().setScale(0, RoundingMode.FLOOR);
        }
        BigDecimal variable = variables.get(word);
        return variable != null ? variable : new BigDecimal(word);
    }
}
