package org.bitexact.tensor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bitexact.format.FormatNames;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/** Reads JSON from files that may be hostile. The only class of the package that touches Jackson. */
final class JsonHeaders {
    /**
     * What a safetensors header says of a tensor.
     *
     * @param info its type and shape
     * @param begin position of its first byte after the header
     * @param end position after its last byte
     */
    record Entry(TensorInfo info, long begin, long end) {}

    /**
     * A safetensors header.
     *
     * @param tensors by name, in the order of the header
     * @param metadata what {@code __metadata__} says
     */
    record Header(Map<String, Entry> tensors, Map<String, String> metadata) {}

    static final String METADATA = "__metadata__";

    private static final int LONGEST_NAME = 1 << 16;
    /** A header has three levels; what the format may add has as many. */
    private static final int DEEPEST = 8;

    /** Names are not interned: a table of them, shared between files, could be filled with names made to collide. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(LONGEST_NAME)
                    .maxNumberLength(40)
                    .maxStringLength(SafetensorsFile.LONGEST_HEADER)
                    .build())
            .build();

    private final FileBytes file;
    private final JsonParser json;
    /** The tensor that is being read, for messages. */
    private @Nullable String tensor;

    private JsonHeaders(FileBytes file, JsonParser json) {
        this.file = file;
        this.json = json;
    }

    private interface Body<T> {
        T read(JsonHeaders reader) throws IOException;
    }

    /** {@return what the JSON object that these bytes are says} */
    private static <T> T read(FileBytes bytes, Body<T> body) {
        InputStreamReader text =
                new InputStreamReader(new BytesInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonHeaders reader = new JsonHeaders(bytes, parser);
            reader.expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
            T value = body.read(reader);
            if (parser.nextToken() != null) {
                throw reader.error("something follows the object");
            }
            return value;
        } catch (CharacterCodingException e) {
            throw bytes.malformed("header: not UTF-8");
        } catch (JsonProcessingException e) {
            throw bytes.malformed("header: " + e.getOriginalMessage()
                    + (e.getLocation() == null
                            ? ""
                            : ", at character " + e.getLocation().getCharOffset()));
        } catch (IOException e) {
            throw bytes.malformed("header: " + e.getMessage());
        }
    }

    // ------------------------------------------------------------------ the two kinds of header

    /** Reads the header of a safetensors file. */
    static Header readSafetensors(FileBytes bytes) {
        return read(bytes, JsonHeaders::safetensors);
    }

    private Header safetensors() throws IOException {
        Map<String, Entry> tensors = new LinkedHashMap<>();
        @Nullable Map<String, String> metadata = null;
        String name;
        while ((name = json.nextFieldName()) != null) {
            if (name.equals(METADATA)) {
                if (metadata != null) {
                    throw error("key " + METADATA + " occurs twice");
                }
                metadata = strings();
            } else {
                tensor = name;
                if (tensors.put(name, entry()) != null) {
                    throw error("it occurs twice");
                }
                tensor = null;
            }
        }
        return new Header(tensors, metadata == null ? Map.of() : metadata);
    }

    private Map<String, String> strings() throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT, METADATA);
        Map<String, String> map = new LinkedHashMap<>();
        String key;
        while ((key = json.nextFieldName()) != null) {
            String what = METADATA + " key " + Quotes.of(key);
            expect(json.nextToken(), JsonToken.VALUE_STRING, what);
            if (map.put(key, json.getText()) != null) {
                throw error(what + " occurs twice");
            }
        }
        return map;
    }

    private Entry entry() throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT, "it");
        String dtype = null;
        long[] shape = null;
        long[] offsets = null;
        String key;
        while ((key = json.nextFieldName()) != null) {
            boolean again = false;
            switch (key) {
                case "dtype" -> {
                    again = dtype != null;
                    expect(json.nextToken(), JsonToken.VALUE_STRING, key);
                    dtype = json.getText();
                }
                case "shape" -> {
                    again = shape != null;
                    shape = numbers(key);
                }
                case "data_offsets" -> {
                    again = offsets != null;
                    offsets = numbers(key);
                }
                default -> {
                    // as the reference implementation: other keys may mean something to others
                    json.nextToken();
                    json.skipChildren();
                }
            }
            if (again) {
                throw error("key '" + key + "' occurs twice");
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            throw error("keys dtype, shape and data_offsets must be there");
        }
        if (offsets.length != 2) {
            throw error("data_offsets must be two numbers: " + offsets.length);
        }
        TensorType type = SafetensorsFile.type(dtype);
        if (type == null) {
            throw error(
                    "dtype must be one of " + String.join(", ", SafetensorsFile.dtypes()) + ": " + Quotes.of(dtype));
        }
        try {
            return new Entry(TensorInfo.of(type, shape), offsets[0], offsets[1]);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    /** Reads the file beside an .npy file. */
    static TensorInfo readSidecar(FileBytes bytes) {
        if (bytes.size() > LONGEST_NAME) {
            throw bytes.malformed(
                    "a description of an array must have at most " + LONGEST_NAME + " bytes: " + bytes.size());
        }
        return read(bytes, JsonHeaders::sidecar);
    }

    private TensorInfo sidecar() throws IOException {
        Map<String, Object> values = new HashMap<>();
        String key;
        while ((key = json.nextFieldName()) != null) {
            Object value = null;
            switch (key) {
                case "format" -> {
                    expect(json.nextToken(), JsonToken.VALUE_STRING, key);
                    value = json.getText();
                }
                case "bits" -> value = number(json.nextToken(), key);
                case "shape" -> value = numbers(key);
                default -> {
                    json.nextToken();
                    json.skipChildren();
                }
            }
            if (value != null && values.put(key, value) != null) {
                throw error("key '" + key + "' occurs twice");
            }
        }
        if (!(values.get("format") instanceof String name)
                || !(values.get("bits") instanceof Long bits)
                || !(values.get("shape") instanceof long[] shape)) {
            throw error("keys format, bits and shape must be there");
        }
        try {
            ScalarFormat format = FormatNames.scalar(name).format();
            int storage = (int) Math.min(bits, Integer.MAX_VALUE);
            TensorType type = new TensorType(format.name(), Optional.of(format), storage);
            return TensorInfo.of(type, shape);
        } catch (IllegalArgumentException e) {
            throw file.malformed(String.valueOf(e.getMessage()));
        }
    }

    // ------------------------------------------------------------------ values

    private long[] numbers(String what) throws IOException {
        expect(json.nextToken(), JsonToken.START_ARRAY, what);
        long[] values = new long[TensorInfo.MAX_RANK];
        int n = 0;
        JsonToken token;
        while ((token = json.nextToken()) != JsonToken.END_ARRAY) {
            if (n == values.length) {
                throw error(what + " must have at most " + values.length + " numbers");
            }
            values[n++] = number(token, what);
        }
        return Arrays.copyOf(values, n);
    }

    private long number(@Nullable JsonToken token, String what) throws IOException {
        expect(token, JsonToken.VALUE_NUMBER_INT, what);
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
            throw error(what + ": a number must be in [0, 2^63 - 1]: " + Quotes.of(json.getText()));
        }
        return json.getLongValue();
    }

    private void expect(@Nullable JsonToken token, JsonToken expected, String what) throws IOException {
        if (token != expected) {
            String kind = switch (expected) {
                case START_OBJECT -> "an object";
                case START_ARRAY -> "an array of whole numbers";
                case VALUE_STRING -> "a string";
                default -> "a whole number";
            };
            throw error(what + " must be " + kind + ": " + (token == null ? "nothing" : Quotes.of(json.getText())));
        }
    }

    private IllegalArgumentException error(String problem) {
        return file.malformed("header: " + (tensor == null ? "" : "tensor " + Quotes.of(tensor) + ": ") + problem);
    }

    /** Bytes as a stream. */
    private static final class BytesInputStream extends InputStream {
        private final FileBytes bytes;
        private long at;

        BytesInputStream(FileBytes bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return at < bytes.size() ? bytes.get(at++) : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) {
            int n = (int) Math.min(length, bytes.size() - at);
            if (n == 0 && length > 0) {
                return -1;
            }
            ByteBuffer buffer = bytes.buffer(at, n);
            buffer.get(to, offset, n);
            at += n;
            return n;
        }
    }
}
