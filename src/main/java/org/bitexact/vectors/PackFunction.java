package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pack holds cases of: a function from the codes of operands to the codes of results.
 *
 * <p>A function is determined by its {@link #properties()}, which a pack carries; {@link #of} finds it again.
 *
 * <pre>
 * kind            function                      operands, then results
 * conversion      f32_to_e4m3                   a; z flags
 * arithmetic      f16_add, ..., f16_lt          a b c; z flags
 * widening        e4m3_mulAdd_f32               a b c; z flags
 * dot             dot                           a[k] b[k] c, sa sb; d
 * tile            tile                          a[m,k] b[k,n] c[m,n], sa sb; d[m,n]
 * block           mxfp8_e4m3_quantize           x[n], t; scale[n/32] q[n] y[n]
 * requantisation  requantize_i8                 acc multiplier shift zero; q
 * </pre>
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public abstract class PackFunction {
    static final String KIND = "kind";
    static final String FUNCTION = "function";

    PackFunction() {}

    /** {@return the kind: conversion, arithmetic, widening, dot, tile, block or requantisation} */
    public abstract String kind();

    /** {@return the name of the function} */
    public abstract String name();

    /** {@return the columns of its cases: operands, then results, then flags, if it has any} */
    public abstract List<PackColumn> columns();

    /** {@return all that determines the function, as properties of a pack, kind and name first} */
    public abstract Map<String, String> properties();

    /** {@return what the command line has to say to name the function} */
    abstract String arguments();

    /**
     * Computes a case by the library.
     *
     * @param operands the codes of each operand
     * @return the codes of each result, and the flags
     */
    public abstract long[][] evaluate(long[][] operands);

    /**
     * {@return what the cases are computed by}
     */
    abstract String source();

    /** {@return what checks the cases independently, in words; empty if nothing does} */
    public abstract String referenceName();

    /**
     * Computes a case independently of the library's own way.
     *
     * @param operands the codes of each operand
     * @return the codes of each result, and the flags; empty if there is no reference
     */
    public abstract Optional<long[][]> reference(long[][] operands);

    /**
     * {@return functions that differ from this one in one rule, by what they are called: candidates to explain wrong answers}
     */
    public abstract Map<String, PackFunction> neighbours();

    /**
     * {@return wrong implementations, each of which gives a wrong result for some operands}
     */
    public List<PackMutant> mutants() {
        List<long[][]> candidates = candidates(1);
        List<long[][]> right = candidates.stream().map(this::evaluate).toList();
        List<PackMutant> all = new ArrayList<>();
        neighbours().forEach((name, other) -> {
            for (int i = 0; i < right.size(); i++) {
                if (!Arrays.deepEquals(right.get(i), other.evaluate(candidates.get(i)))) {
                    all.add(new PackMutant(name, "computes with " + name, other::evaluate));
                    break;
                }
            }
        });
        return all;
    }

    /** {@return operands from which the stimulus {@code cover} chooses} */
    abstract List<long[][]> candidates(int seed);

    /** {@return so many cases of a kind of stimulus} */
    final List<long[][]> drawn(String stimulus, int count, int seed) {
        PackStimulus draw = stimulus(stimulus, count, seed);
        List<long[][]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(draw.next());
        }
        return all;
    }

    /** {@return the cases of the stimulus {@code cover}} */
    final PackStimulus covering(int count, int seed) {
        Iterator<long[][]> rows =
                PackCoverage.choose(this, candidates(seed), count).iterator();
        return rows::next;
    }

    /**
     * {@return the cases of a kind of stimulus}
     *
     * @param stimulus the kind, one of {@link #stimuli()}
     * @param count number of cases that will be asked for
     * @param seed seed of the draw
     * @throws IllegalArgumentException if there is no such kind
     */
    abstract PackStimulus stimulus(String stimulus, int count, int seed);

    /** {@return the kinds of stimulus, the usual one first} */
    public abstract List<String> stimuli();

    /**
     * {@return the number of cases that is usual for a kind of stimulus}
     *
     * @param stimulus the kind
     */
    public int usualCount(String stimulus) {
        return 1000;
    }

    /** {@return the number of operands} */
    final int arity() {
        return (int) columns().stream()
                .filter(c -> c.role() == PackColumn.Role.OPERAND)
                .count();
    }

    /** {@return a whole case} */
    final long[][] row(long[][] operands, long[][] results) {
        long[][] row = new long[operands.length + results.length][];
        System.arraycopy(operands, 0, row, 0, operands.length);
        System.arraycopy(results, 0, row, operands.length, results.length);
        return row;
    }

    /** {@return the name} */
    @Override
    public String toString() {
        return name();
    }

    final IllegalArgumentException unknownStimulus(String stimulus) {
        return new IllegalArgumentException(
                "stimulus of " + name() + " must be one of " + String.join(", ", stimuli()) + ": '" + stimulus + "'");
    }

    /**
     * {@return the function that properties determine}
     *
     * @param properties properties of a pack; those that do not concern the function are ignored
     * @throws IllegalArgumentException if they determine none
     */
    public static PackFunction of(Map<String, String> properties) {
        String kind = properties.getOrDefault(KIND, "");
        return switch (kind) {
            case "conversion", "arithmetic", "widening" -> ScalarPackFunction.ofProperties(properties);
            case "dot", "tile" -> EnginePackFunction.ofProperties(properties);
            case "block" -> BlockPackFunction.ofProperties(properties);
            case "requantisation" -> RequantizePackFunction.ofProperties(properties);
            case "" ->
                throw new IllegalArgumentException("property kind is missing: the pack does not say what it holds");
            default ->
                throw new IllegalArgumentException(
                        "kind must be one of " + String.join(", ", kinds()) + ": '" + kind + "'");
        };
    }

    /** {@return the kinds} */
    public static List<String> kinds() {
        return List.of("conversion", "arithmetic", "widening", "dot", "tile", "block", "requantisation");
    }

    static String required(Map<String, String> properties, String key) {
        String value = properties.get(key);
        if (value == null) {
            throw new IllegalArgumentException("property " + key + " is missing");
        }
        return value;
    }

    static int number(Map<String, String> properties, String key) {
        String value = required(properties, key);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("property " + key + " must be a number: '" + value + "'", e);
        }
    }
}
