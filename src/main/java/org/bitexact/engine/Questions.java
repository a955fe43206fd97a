package org.bitexact.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;

/** Inputs for an engine, and the questions that its results answer. A subclass makes them when it is made. */
abstract class Questions {
    final Engine formats;
    final List<DotCase> cases = new ArrayList<>();
    final Map<String, Answer> answers = new LinkedHashMap<>();

    private final Codec decoder;

    /** Results by the number of the case. */
    interface Results {
        long get(int index);
    }

    /** Reads an answer from the results. */
    interface Answer {
        String from(Results results);
    }

    /**
     * @param formats an engine with the formats, and scales, of those to be asked
     */
    Questions(Engine formats) {
        this.formats = formats;
        decoder = Codec.of(formats.formatD());
    }

    final void ask(String name, Answer answer) {
        answers.put(name, answer);
    }

    final int add(DotCase input) {
        cases.add(input);
        return cases.size() - 1;
    }

    /** Adds a case with scales of one, if the engine takes scales. */
    final int add(long[] x, long[] y, long addend) {
        if (formats.scaling().isEmpty()) {
            return add(new DotCase(x, y, addend));
        }
        long[] ones = scales(x.length);
        return add(new DotCase(x, y, addend, ones, ones));
    }

    final long[] scales(int k) {
        Scaling scaling = formats.scaling().orElseThrow();
        long[] ones = new long[(k + scaling.blockLength() - 1) / scaling.blockLength()];
        Arrays.fill(ones, power(scaling.format(), 0).orElseThrow());
        return ones;
    }

    /** {@return the code of a number, if the format has it} */
    static OptionalLong exact(FloatFormat format, double x) {
        Codec codec = Codec.of(format);
        long code = codec.encodeLong(x, 0, null);
        return format.isFinite(code) && codec.decode(code) == x ? OptionalLong.of(code) : OptionalLong.empty();
    }

    static OptionalLong power(FloatFormat format, int e) {
        return Math.abs(e) > 1000 ? OptionalLong.empty() : exact(format, Math.scalb(1.0, e));
    }

    final double value(long code) {
        return decoder.decode(code);
    }
}
