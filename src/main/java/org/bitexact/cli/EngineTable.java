package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitexact.engine.Dispute;
import org.bitexact.engine.Engine;
import org.bitexact.engine.Engines;
import org.bitexact.engine.Evidence;
import org.bitexact.engine.IntegerSpec;
import org.bitexact.engine.Order;
import org.bitexact.engine.Scaling;
import org.bitexact.engine.Spec;
import org.bitexact.format.Source;

/** The catalogue of engines as tables, and an engine as text and as JSON. */
final class EngineTable {
    private static final List<String> HEAD = List.of("engine", "order", "bits", "rounding", "evidence");

    private EngineTable() {}

    /** {@return whether an engine is left out of the short list: its two inputs differ, and there is one with equal ones} */
    static boolean isMixed(Engine engine) {
        String inputs = "." + engine.inputs() + ".";
        int dash = inputs.indexOf('-');
        return dash > 0
                && Engines.find(engine.name().replace(inputs, inputs.substring(0, dash) + "."))
                        .isPresent();
    }

    private static List<String> row(Engine engine) {
        List<String> cells = new ArrayList<>();
        cells.add(engine.name());
        cells.add(engine.order());
        cells.add(engine.spec().map(EngineTable::bits).orElse(""));
        cells.add(engine.spec().map(spec -> spec.rounding().id()).orElse(""));
        cells.add(String.valueOf(engine.evidence().letter()));
        return cells;
    }

    private static String bits(Spec spec) {
        return spec.fractionBits() == Spec.EXACT ? "all" : Integer.toString(spec.fractionBits());
    }

    /** {@return engines as plain text, columns aligned} */
    static String plain(List<Engine> engines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        engines.forEach(engine -> rows.add(row(engine)));
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        text.append("\nbits: kept below the largest exponent of a step\n");
        for (Evidence evidence : Evidence.values()) {
            if (engines.stream().anyMatch(engine -> engine.evidence() == evidence)) {
                text.append(evidence.letter())
                        .append(": ")
                        .append(evidence.meaning())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** {@return engines as a Markdown table} */
    static String markdown(List<Engine> engines) {
        StringBuilder text =
                new StringBuilder("| engine | order | bits | rounding | evidence |\n|---|---|---|---|---|\n");
        for (Engine engine : engines) {
            List<String> cells = new ArrayList<>(row(engine));
            cells.set(0, "`" + cells.get(0) + "`");
            text.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return text.toString();
    }

    // ------------------------------------------------------------------ one engine

    /** {@return all that is known of an engine} */
    static String detail(Engine engine) {
        StringBuilder text = new StringBuilder(engine.name()).append('\n');
        line(text, "inputs", engine.formatA() + ", " + engine.formatB());
        line(text, "addend, result", engine.formatC() + ", " + engine.formatD());
        if (engine.accumulator() != engine.formatD()) {
            line(text, "accumulator", engine.accumulator().name());
        }
        engine.scaling().ifPresent(scaling -> line(text, "scales", scaling(scaling)));
        if (!engine.shapes().isEmpty()) {
            line(text, "shapes", String.join(", ", engine.shapes()));
        }
        line(text, "order", engine.order());
        engine.spec().ifPresent(spec -> parameters(text, spec));
        line(
                text,
                "evidence",
                engine.evidence().letter() + ", " + engine.evidence().meaning());
        for (Source source : engine.sources()) {
            line(text, "source", source + (source.link().isEmpty() ? "" : ", " + source.link()));
        }
        for (Dispute dispute : engine.disputes()) {
            line(text, "disputed", dispute.question());
        }
        if (!engine.note().isEmpty()) {
            line(text, "note", engine.note());
        }
        if (!engine.aliases().isEmpty()) {
            line(text, "also", String.join(", ", engine.aliases()));
        }
        return text.toString();
    }

    private static String scaling(Scaling scaling) {
        return scaling.format() + " for each " + scaling.blockLength();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  ")
                .append(name)
                .append(" ".repeat(Math.max(2, 20 - name.length())))
                .append(value)
                .append('\n');
    }

    /** The parameters that differ from those of an exact sum with one rounding to nearest. */
    private static void parameters(StringBuilder text, Spec spec) {
        Spec plain = Spec.exact(spec.terms()).order(spec.order()).build();
        try {
            write(spec, new Fields() {
                private final List<String> plainValues = new ArrayList<>();

                {
                    write(plain, (name, value) -> plainValues.add(name + value));
                }

                @Override
                public void field(String name, Object value) {
                    if (!plainValues.contains(name + value)) {
                        line(text, name, String.valueOf(value).toLowerCase(Locale.ROOT));
                    }
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    // ------------------------------------------------------------------ JSON

    /** Takes the parameters of a specification. */
    private interface Fields {
        void field(String name, Object value) throws IOException;
    }

    /** The parameters, with words for those that say that there is no limit. */
    private static void write(Spec spec, Fields out) throws IOException {
        out.field("terms", spec.terms());
        out.field("group", spec.group());
        out.field("sums", spec.sums());
        out.field("fraction_bits", limit(spec.fractionBits(), "exact"));
        out.field("cut", spec.cut().id());
        out.field("floor", limit(spec.floor(), "none"));
        out.field("zero_exponent", limit(spec.zeroExponent(), "ignored"));
        out.field("addend", spec.addend());
        if (spec.addend() == Spec.Addend.AFTER_FLOOR) {
            out.field("sum_bits", spec.sumBits());
            out.field("addend_bits", spec.addendBits());
            out.field("addend_reach", limit(spec.addendReach(), "unlimited"));
        }
        out.field("rounding", spec.rounding().id());
        out.field("result_bits", limit(spec.resultBits(), "all"));
        out.field("conditioning", spec.conditioning());
        out.field("flush_operands", spec.flushOperands());
        out.field("flush_addend", spec.flushAddend());
        out.field("flush_to_plus", spec.flushToPlus());
        out.field("underflow", spec.underflow());
        out.field("operand_floor", limit(spec.operandFloor(), "format"));
        out.field("slicing", spec.slicing());
        out.field("normalize_products", spec.normalizeProducts());
        out.field("product_limit", spec.productLimit());
        out.field("zero_sign", spec.zeroSign());
        out.field("nan", spec.nan());
    }

    private static Object limit(int value, String word) {
        return value == Integer.MAX_VALUE || value == Integer.MIN_VALUE ? word : Integer.valueOf(value);
    }

    /** Writes an engine as an object. */
    static void write(JsonGenerator json, Engine engine) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", engine.name());
        strings(json, "aliases", engine.aliases());
        json.writeStringField("a", engine.formatA().name());
        json.writeStringField("b", engine.formatB().name());
        json.writeStringField("c", engine.formatC().name());
        json.writeStringField("d", engine.formatD().name());
        json.writeStringField("accumulator", engine.accumulator().name());
        if (engine.scaling().isPresent()) {
            json.writeStringField("scale", engine.scaling().get().format().name());
            json.writeNumberField("block_length", engine.scaling().get().blockLength());
        }
        strings(json, "shapes", engine.shapes());
        json.writeStringField("order", engine.order());
        if (engine.spec().isPresent()) {
            json.writeObjectFieldStart("spec");
            spec(json, engine.spec().get());
            json.writeEndObject();
        }
        if (engine.integerSpec().isPresent()) {
            IntegerSpec spec = engine.integerSpec().get();
            json.writeObjectFieldStart("integer_spec");
            json.writeStringField("operation", word(spec.operation()));
            json.writeBooleanField("saturate", spec.saturate());
            json.writeNumberField("step", spec.step());
            json.writeEndObject();
        }
        json.writeStringField("evidence", String.valueOf(engine.evidence().letter()));
        json.writeStringField("evidence_meaning", engine.evidence().meaning());
        json.writeStringField("note", engine.note());
        json.writeBooleanField("contract", engine.contract().isPresent());
        json.writeArrayFieldStart("disputes");
        for (Dispute dispute : engine.disputes()) {
            json.writeStartObject();
            json.writeStringField("question", dispute.question());
            json.writeStringField("source", dispute.source().toString());
            json.writeObjectFieldStart("alternative");
            spec(json, dispute.alternative());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("sources");
        for (Source source : engine.sources()) {
            FormatJson.write(json, source);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void spec(JsonGenerator json, Spec spec) throws IOException {
        write(spec, (name, value) -> {
            if (value instanceof Integer number) {
                json.writeNumberField(name, number);
            } else if (value instanceof Boolean flag) {
                json.writeBooleanField(name, flag);
            } else {
                json.writeStringField(name, value.toString().toLowerCase(Locale.ROOT));
            }
        });
        Order order = spec.order();
        json.writeObjectFieldStart("order");
        json.writeNumberField("tile", order.tile() == Order.WHOLE ? 0 : order.tile());
        json.writeArrayFieldStart("lanes");
        for (int lane : order.lanes()) {
            json.writeNumber(lane);
        }
        json.writeEndArray();
        json.writeBooleanField("sequence", order.sequence());
        json.writeBooleanField("independent_tiles", order.independentTiles());
        json.writeBooleanField("rotated", order.rotated());
        json.writeBooleanField("negative_zero", order.negativeZero());
        json.writeStringField("join", order.join().id());
        json.writeStringField("join_underflow", word(order.joinUnderflow()));
        json.writeEndObject();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
