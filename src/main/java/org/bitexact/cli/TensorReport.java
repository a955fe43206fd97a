package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.bitexact.codec.Codec;
import org.bitexact.format.ScalarFormat;
import org.bitexact.quant.ErrorMeasures;
import org.bitexact.quant.FormatErrors;
import org.bitexact.quant.QuantizedTensor;
import org.bitexact.quant.QuantizedTensor.Part;
import org.bitexact.tensor.TensorInfo;

/**
 * What formats do to one tensor.
 *
 * @param info the tensor
 * @param candidates the formats, in the order they were asked for
 */
record TensorReport(TensorInfo info, List<Candidate> candidates) {
    /**
     * One format.
     *
     * @param name as the user wrote it
     * @param scale what shares a scale: {@code per tensor}, {@code blocks of 32}
     * @param bits bits a value takes on average, its share of scales included, codes packed
     * @param errors what is lost
     */
    record Candidate(String name, String scale, double bits, FormatErrors errors) {
        static Candidate of(String name, QuantizedTensor tensor) throws IOException {
            long bytes = 0;
            for (Part part : tensor.parts()) {
                bytes += tensor.info(part, true).bytes();
            }
            double bits = 8.0 * bytes / tensor.info(Part.CODES, true).elements();
            TensorInfo scales = tensor.info(Part.SCALE, false).named("");
            String scale = "scale " + scales.type()
                    + (scales.rank() == 0 ? " per tensor" : " " + Arrays.toString(scales.shape()));
            return new Candidate(name, scale, bits, FormatErrors.of(tensor));
        }

        ErrorMeasures measures() {
            return errors.measures();
        }
    }

    /** {@return the formats from the best to the worst, by signal-to-noise ratio, then by bits} */
    List<Candidate> ranked() {
        List<Candidate> ranked = new ArrayList<>(candidates);
        ranked.sort(Comparator.<Candidate>comparingDouble(c -> {
                    double sqnr = c.measures().sqnr();
                    return Double.isNaN(sqnr) ? Double.POSITIVE_INFINITY : -sqnr;
                })
                .thenComparingDouble(Candidate::bits));
        return ranked;
    }

    // ------------------------------------------------------------------ text

    /** {@return a table} */
    String text() {
        StringBuilder text = new StringBuilder(info + ", " + info.elements() + " values\n");
        text.append(String.format(
                Locale.ROOT,
                "%4s  %-16s %6s %9s %12s %12s %11s %10s %10s %12s%n",
                "rank",
                "format",
                "bits",
                "SQNR dB",
                "max error",
                "mean error",
                "max rel",
                "mean ulp",
                "saturated",
                "lost to zero"));
        int rank = 1;
        for (Candidate c : ranked()) {
            ErrorMeasures m = c.measures();
            text.append(String.format(
                    Locale.ROOT,
                    "%4d  %-16s %6.3f %9.2f %12.4g %12.4g %11.4g %10.4f %10d %12d%n",
                    rank++,
                    c.name(),
                    c.bits(),
                    m.sqnr(),
                    m.maxAbsoluteError(),
                    m.meanAbsoluteError(),
                    m.maxRelativeError(),
                    m.meanUlpError(),
                    m.saturated(),
                    m.lostToZero()));
        }
        return text.toString().replace("\r\n", "\n");
    }

    // ------------------------------------------------------------------ JSON

    /** Writes an object. */
    void write(JsonGenerator json) throws IOException {
        FormatErrors any = candidates.get(0).errors();
        int first = FormatErrors.LOWEST_BINADE;
        int last = Float.MAX_EXPONENT;
        long numbers = 0;
        for (int e = first; e <= last; e++) {
            numbers += any.count(e);
        }
        while (first < last && any.count(first) == 0) {
            first++;
        }
        while (last > first && any.count(last) == 0) {
            last--;
        }
        json.writeStartObject();
        json.writeStringField("name", info.name());
        json.writeStringField("type", info.type().toString());
        array(json, "shape", info.shape());
        json.writeNumberField("values", info.elements());
        json.writeNumberField("non_finite", any.measures().nonFinite());
        json.writeNumberField("zeros", info.elements() - any.measures().nonFinite() - numbers);
        json.writeNumberField("min", any.min());
        json.writeNumberField("max", any.max());
        json.writeObjectFieldStart("binades");
        json.writeNumberField("first", first);
        long[] counts = new long[last - first + 1];
        for (int e = first; e <= last; e++) {
            counts[e - first] = any.count(e);
        }
        array(json, "counts", counts);
        json.writeEndObject();
        json.writeArrayFieldStart("formats");
        List<Candidate> ranked = ranked();
        for (Candidate candidate : candidates) {
            write(json, candidate, ranked.indexOf(candidate) + 1, first, last);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Candidate candidate, int rank, int first, int last)
            throws IOException {
        ErrorMeasures m = candidate.measures();
        json.writeStartObject();
        json.writeStringField("format", candidate.name());
        json.writeStringField("element", m.format().name());
        json.writeStringField("scale", candidate.scale());
        json.writeNumberField("rank", rank);
        json.writeNumberField("bits", candidate.bits());
        json.writeNumberField("sqnr_db", m.sqnr());
        json.writeNumberField("max_absolute_error", m.maxAbsoluteError());
        json.writeNumberField("mean_absolute_error", m.meanAbsoluteError());
        json.writeNumberField("rms_error", m.rootMeanSquaredError());
        json.writeNumberField("max_relative_error", m.maxRelativeError());
        json.writeNumberField("mean_relative_error", m.meanRelativeError());
        json.writeNumberField("max_ulp_error", m.maxUlpError());
        json.writeNumberField("mean_ulp_error", m.meanUlpError());
        json.writeNumberField("cosine", m.cosineSimilarity());
        json.writeNumberField("saturated", m.saturated());
        json.writeNumberField("lost_to_zero", m.lostToZero());
        json.writeNumberField("non_finite", m.nonFinite());
        json.writeNumberField("differing", m.differing());
        json.writeArrayFieldStart("relative_error");
        for (int e = first; e <= last; e++) {
            json.writeNumber(candidate.errors().relativeError(e));
        }
        json.writeEndArray();
        json.writeObjectFieldStart("number_line");
        json.writeNumberField("largest", candidate.errors().largest());
        json.writeNumberField("reach", FormatErrors.REACH);
        array(json, "places", candidate.errors().places());
        json.writeArrayFieldStart("values");
        for (double value : values(m.format())) {
            json.writeNumber(value);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    /** {@return the finite values of a format of at most 8 bits, ascending, each once} */
    static double[] values(ScalarFormat format) {
        Codec codec = Codec.of(format);
        return LongStream.rangeClosed(0, format.codeMask())
                .mapToDouble(code -> codec.decode(code) + 0.0) // -0 is 0
                .filter(Double::isFinite)
                .sorted()
                .distinct()
                .toArray();
    }

    private static void array(JsonGenerator json, String name, long[] numbers) throws IOException {
        json.writeFieldName(name);
        json.writeArray(numbers, 0, numbers.length);
    }
}
