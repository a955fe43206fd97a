package org.bitexact.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitexact.codec.CodeText;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Format;
import org.bitexact.format.FormatInfo;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.Source;

/**
 * Formats and codes as JSON. Codes are strings of {@code 0x} and digits, values are strings in decimal and hexadecimal:
 * a JSON number would pass through the reader's binary64.
 */
final class FormatJson {
    private FormatJson() {}

    /** {@return a generator that writes indented JSON and leaves the writer open} */
    static JsonGenerator generator(Writer out) throws IOException {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return JsonFactory.builder()
                .build()
                .createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
                .setPrettyPrinter(printer);
    }

    /**
     * Writes a scalar format as an object.
     *
     * @param policies the rules of conversions into it, {@link Policies#IEEE} if it comes with none
     */
    static void write(JsonGenerator json, ScalarFormat format, Policies policies) throws IOException {
        json.writeStartObject();
        head(json, format, format instanceof FloatFormat ? "float" : "integer");
        json.writeNumberField("bits", format.width());
        json.writeNumberField("container_bits", format.containerBits());
        if (format instanceof FloatFormat f) {
            json.writeNumberField("sign_bits", f.signed() ? 1 : 0);
            json.writeNumberField("exponent_bits", f.exponentBits());
            json.writeNumberField("trailing_bits", f.trailingBits());
            json.writeNumberField("precision", f.precision());
            json.writeNumberField("bias", f.bias());
            json.writeNumberField("emin", f.emin());
            json.writeNumberField("emax", f.emax());
            json.writeStringField("specials", f.specials().id());
            json.writeStringField("subnormals", f.subnormals().id());
            json.writeBooleanField("has_zero", f.hasZero());
            json.writeBooleanField("has_negative_zero", f.hasNegativeZero());
            json.writeBooleanField("has_subnormals", f.hasSubnormals());
            json.writeBooleanField("has_infinity", f.hasInfinity());
            json.writeBooleanField("has_nan", f.hasNan());
        } else if (format instanceof IntFormat i) {
            json.writeStringField("encoding", i.encoding().name().toLowerCase(Locale.ROOT));
            json.writeBooleanField("signed", i.signed());
            json.writeBooleanField("symmetric", i.symmetric());
            json.writeNumberField("scale_exponent", i.scaleExponent());
        }
        json.writeObjectFieldStart("landmarks");
        for (Map.Entry<String, Long> landmark : Landmarks.of(format).entrySet()) {
            json.writeObjectFieldStart(landmark.getKey());
            value(json, format, landmark.getValue());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("conversion");
        json.writeStringField("rounding", policies.rounding().id());
        json.writeStringField("overflow", policies.overflow().id());
        json.writeStringField("infinity", policies.infinity().id());
        json.writeStringField("nan", policies.nan().id());
        json.writeStringField("nan_substitute", policies.nanSubstitute().id());
        json.writeStringField("negative", policies.negative().id());
        json.writeStringField("zero", policies.zero().id());
        json.writeBooleanField("flush_inputs", policies.flushInputs());
        json.writeStringField("subnormal_results", policies.subnormalResults().id());
        json.writeStringField("tininess", policies.tininess().id());
        json.writeStringField("path", policies.path().id());
        json.writeEndObject();
        tail(json, format);
        json.writeEndObject();
    }

    /** Writes a block format as an object. */
    static void write(JsonGenerator json, BlockFormat block) throws IOException {
        json.writeStartObject();
        head(json, block, "block");
        json.writeStringField("element", block.element().name());
        json.writeStringField("scale", block.scale().name());
        json.writeNumberField("block_length", block.blockLength());
        json.writeNumberField("bits_per_element", block.bitsPerElement());
        json.writeStringField("scale_rule", block.scaleRule().id());
        json.writeBooleanField("tensor_scale", block.tensorScale());
        tail(json, block);
        json.writeEndObject();
    }

    /** Writes a family as an object. */
    static void write(JsonGenerator json, FormatTable.Family family) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", family.pattern());
        json.writeStringField("kind", "family");
        json.writeStringField("title", family.meaning());
        if (family.members() > 0) {
            json.writeNumberField("members", family.members());
        }
        json.writeEndObject();
    }

    /** Writes code, hexadecimal and decimal value as fields of the current object. */
    static void value(JsonGenerator json, ScalarFormat format, long code) throws IOException {
        CodeText text = CodeText.of(format);
        json.writeStringField("code", text.hex(code));
        json.writeStringField("hex", text.hexFloat(code));
        json.writeStringField("decimal", Decimals.of(format, code));
    }

    private static void head(JsonGenerator json, Format format, String kind) throws IOException {
        json.writeStringField("name", format.name());
        json.writeStringField("title", format.info().title());
        json.writeStringField("kind", kind);
    }

    private static void tail(JsonGenerator json, Format format) throws IOException {
        FormatInfo info = format.info();
        json.writeObjectFieldStart("aliases");
        for (Map.Entry<String, List<String>> entry : FormatTable.aliases(format).entrySet()) {
            json.writeArrayFieldStart(entry.getKey());
            for (String name : entry.getValue()) {
                json.writeString(name);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeStringField("certainty", info.certainty().id());
        json.writeStringField("note", info.note());
        json.writeArrayFieldStart("sources");
        for (Source source : info.sources()) {
            write(json, source);
        }
        json.writeEndArray();
    }

    /** Writes a source as an object. */
    static void write(JsonGenerator json, Source source) throws IOException {
        json.writeStartObject();
        json.writeStringField("document", source.document());
        json.writeStringField("revision", source.revision());
        json.writeStringField("section", source.section());
        json.writeStringField("link", source.link());
        json.writeEndObject();
    }
}
