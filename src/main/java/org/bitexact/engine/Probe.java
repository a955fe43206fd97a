package org.bitexact.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitexact.format.FloatFormat;

/**
 * Finds out how an engine computes from what it returns for chosen inputs: the bits that it keeps, the products of a
 * step, the order of steps, its rounding, and its special cases.
 *
 * <p>The inputs depend on the formats alone, not on results, so that they can be written to a file, given to any engine,
 * and its results read back.
 *
 * <p>The order is found as by Xie et al. (FPRev, arXiv 2411.00442): a large number at one place and its negative at
 * another make vanish whatever is added to one of them before they meet, so that the number of ones that are left tells
 * how far apart the two places are.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * @since 0.1
 */
public final class Probe {
    /** The question how many products make a step. */
    public static final String TERMS = "products of a step";
    /** The question how many bits below the largest exponent are kept. */
    public static final String FRACTION_BITS = "fraction bits kept";
    /** The question in which order products and addend are added. */
    public static final String ORDER = "order";
    /** The question how many bits of a result's fraction are kept. */
    public static final String RESULT_BITS = "result's fraction bits";
    /** The question how results are rounded. */
    public static final String ROUNDING = "rounding";

    private final Questions questions;

    private Probe(Engine formats) {
        questions =
                formats.formatA() instanceof FloatFormat ? new FloatQuestions(formats) : new IntegerQuestions(formats);
    }

    /**
     * {@return the probe for engines with the same formats, and scales, as one}
     *
     * @param engine the engine, of which nothing else matters
     */
    public static Probe of(Engine engine) {
        return new Probe(engine);
    }

    /**
     * {@return what an engine of the catalogue or of one's own turns out to be}
     *
     * @param engine the engine
     */
    public static Fingerprint fingerprint(Engine engine) {
        Probe probe = of(engine);
        long[] results = new long[probe.questions.cases.size()];
        for (int i = 0; i < results.length; i++) {
            results[i] = engine.dot(probe.questions.cases.get(i));
        }
        return probe.read(results);
    }

    /** {@return the inputs} */
    public List<DotCase> cases() {
        return List.copyOf(questions.cases);
    }

    /**
     * {@return what the results tell of the engine that gave them}
     *
     * @param results the code for each of {@link #cases()}, in that order
     * @throws IllegalArgumentException if there are too few or too many, or one does not fit the format
     */
    public Fingerprint read(long... results) {
        if (results.length != questions.cases.size()) {
            throw new IllegalArgumentException(
                    "results must be " + questions.cases.size() + ", one for each case: " + results.length);
        }
        for (long result : results) {
            questions.formats.formatD().requireCode(result);
        }
        Map<String, String> answers = new LinkedHashMap<>();
        questions.answers.forEach((name, answer) -> answers.put(name, answer.from(i -> results[i])));
        return new Fingerprint(answers);
    }
}
