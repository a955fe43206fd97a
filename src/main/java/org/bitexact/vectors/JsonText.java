package org.bitexact.vectors;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON Lines: an object with the description under {@code pack}, then an object for each row, with a string of hexadecimal
 * digits for each column, its codes one after the other. {@code #} lines with a description, and no object with one, are
 * read as well: captures from hardware have them.
 */
final class JsonText implements PackText {
    private static final String DESCRIPTION = "pack";
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    @Override
    public void write(Pack pack, PackLayout layout, String prefix, Writer out) throws IOException {
        out.write("{\"" + DESCRIPTION + "\":" + object(pack.description()) + "}\n");
        for (int row = 0; row < pack.rows(); row++) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < pack.columns().size(); c++) {
                // names and digits need no escapes
                line.append(c == 0 ? "{\"" : ",\"")
                        .append(pack.columns().get(c).name())
                        .append("\":\"");
                line.append(PackText.concatenated(pack, row, c)).append('"');
            }
            out.write(line.append("}\n").toString());
        }
    }

    /** {@return a JSON object of strings on one line} */
    static String object(Map<String, String> entries) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    @Override
    public Pack read(PackInput in) throws IOException {
        Pack.Builder pack = null;
        List<PackColumn> columns = List.of();
        for (String line = in.next(); line != null; line = in.next()) {
            if (line.startsWith("#")) {
                in.comment(line.substring(1));
                continue;
            }
            if (line.isBlank()) {
                continue;
            }
            Map<String, String> fields = parse(in, line, pack == null);
            if (fields.isEmpty()) {
                continue; // the description
            }
            if (pack == null) {
                columns = in.columns(fields.keySet());
                pack = in.builder(columns);
            }
            long[][] cells = new long[columns.size()][];
            for (int c = 0; c < cells.length; c++) {
                PackColumn column = columns.get(c);
                String text = fields.remove(column.name());
                if (text == null) {
                    throw in.malformed("column " + column.name() + " is missing");
                }
                cells[c] = in.codes(column, text.startsWith("0x") ? text.substring(2) : text);
            }
            if (!fields.isEmpty()) {
                throw in.malformed("unknown column '"
                        + fields.keySet().iterator().next() + "'; columns are "
                        + String.join(
                                ", ", columns.stream().map(PackColumn::name).toList()));
            }
            in.add(pack, cells);
        }
        if (pack == null) {
            pack = in.builder(in.columns("columns of an empty pack", 0, c -> in.isDescribed() ? 0 : c.size()));
        }
        return in.finish(pack);
    }

    /** {@return the fields of a line; none if it was the description, which is passed on} */
    private static Map<String, String> parse(PackInput in, String line, boolean first) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = FACTORY.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw in.malformed("a line must be a JSON object");
            }
            boolean description = false;
            for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (first && key.equals(DESCRIPTION) && value == JsonToken.START_OBJECT) {
                    description = true;
                    describe(in, json);
                } else if (value == JsonToken.VALUE_STRING) {
                    fields.put(key, json.getText());
                } else {
                    throw in.malformed("field " + key + " must be a string of hexadecimal digits");
                }
            }
            if (json.nextToken() != null) {
                throw in.malformed("a line must hold one JSON object and nothing after it");
            }
            if (fields.isEmpty() != description) {
                throw in.malformed("a line must be the description or a row");
            }
        } catch (JacksonException e) {
            throw in.malformed("not JSON: " + e.getOriginalMessage());
        }
        return fields;
    }

    /** Reads an object of strings that has been entered. */
    private static void describe(PackInput in, JsonParser json) throws IOException {
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw in.malformed("property " + key + " must be a string");
            }
            in.describe(key, json.getText());
        }
    }

    // ------------------------------------------------------------------ the file beside

    /** {@return a description as a file of its own} */
    static String manifest(Map<String, String> description) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, String> entry : description.entrySet()) {
            String pair = object(Map.of(entry.getKey(), entry.getValue()));
            lines.add("  " + pair.substring(1, pair.length() - 1));
        }
        return "{\n" + String.join(",\n", lines) + "\n}\n";
    }

    /** Reads a description that is a file of its own. */
    static void readManifest(PackInput in, String text) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw in.damaged("must be a JSON object of strings");
            }
            describe(in, json);
            if (json.nextToken() != null) {
                throw in.damaged("must hold one JSON object and nothing after it");
            }
        } catch (JacksonException e) {
            throw in.damaged("not JSON: " + e.getOriginalMessage());
        }
    }
}
