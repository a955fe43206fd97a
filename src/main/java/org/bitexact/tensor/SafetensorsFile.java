package org.bitexact.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bitexact.format.Alias;
import org.bitexact.format.FormatNames;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: tensors by name, and strings about them.
 *
 * <pre>
 * 8 bytes    N, little-endian
 * N bytes    {"__metadata__":{"seed":"1"},"w":{"dtype":"F8_E4M3","shape":[2,3],"data_offsets":[0,6]}}
 * the rest   the tensors, little-endian, row-major, one after the other without holes
 * </pre>
 *
 * <p><b>Reading</b> is as strict as the reference implementation, and in addition refuses duplicate keys and shapes of
 * more than {@link TensorInfo#MAX_RANK} dimensions. {@code F8_E4M3} is OCP E4M3. The codes of {@code F4}, {@code F6_E2M3} and
 * {@code F6_E3M2} are packed, which order safetensors leaves open: as in PyTorch, the first code lies in the low bits.
 *
 * <p><b>Writing</b> gives the layout of the reference implementation: wide dtypes first, then by name, so that every
 * tensor is aligned. A type without a dtype ({@code int4}, {@code float8_e3m4}, {@code tf32}, ...) is written as {@code
 * U8}, {@code U16} or {@code U32}, and an entry of {@code __metadata__} says what it is: {@code "bitexact.type.w": "i4
 * packed"}. In a packed one the last dimension counts bytes. Reading such a file gives back the type; a name that is no
 * format here leaves it as it is stored.
 *
 * <p><b>Dependencies</b>: reading needs jackson-core on the class path.
 *
 * <p><b>Thread safety</b>: immutable.
 *
 * <p>Source: the documentation and source of safetensors, 2026.
 *
 * @since 0.1
 */
public final class SafetensorsFile {
    /** The longest header, as in the reference implementation. */
    static final int LONGEST_HEADER = 100_000_000;

    private static final int PREFIX = 8;
    private static final String TYPE_KEY = "bitexact.type.";
    private static final String PACKED = " packed";

    /** In the order of the reference implementation, which lays out the last first. */
    private static final List<String> DTYPES = List.of(
            "BOOL",
            "F4",
            "F6_E2M3",
            "F6_E3M2",
            "U8",
            "I8",
            "F8_E5M2",
            "F8_E4M3",
            "F8_E8M0",
            "F8_E4M3FNUZ",
            "F8_E5M2FNUZ",
            "I16",
            "U16",
            "F16",
            "BF16",
            "I32",
            "U32",
            "F32",
            "C64",
            "F64",
            "I64",
            "U64");

    private static final Map<String, TensorType> TYPES = types();
    /** The types that others are written as. */
    private static final Set<String> CONTAINERS = Set.of("u8", "u16", "u32");

    private final FileBytes data;
    private final Map<String, JsonHeaders.Entry> entries;
    private final Map<String, String> metadata;

    private SafetensorsFile(FileBytes data, JsonHeaders.Header header) {
        this.data = data;
        entries = header.tensors();
        metadata = Collections.unmodifiableMap(header.metadata());
    }

    private static Map<String, TensorType> types() {
        Map<String, TensorType> types = new LinkedHashMap<>();
        for (ScalarFormat format : Formats.named()) {
            for (Alias alias : format.aliases()) {
                if (alias.ecosystem().equals("safetensors")) {
                    types.put(alias.name(), format.width() < 8 ? TensorType.packed(format) : TensorType.of(format));
                }
            }
        }
        types.put("BOOL", TensorType.of(Formats.UINT1));
        types.put("C64", TensorType.opaque("c64", 64));
        return types;
    }

    // ------------------------------------------------------------------ reading

    /**
     * Opens a file.
     *
     * @param file the file
     * @return its tensors
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is malformed
     * @throws IllegalStateException if jackson-core is not on the class path
     */
    public static SafetensorsFile open(Path file) throws IOException {
        return open(FileBytes.map(file));
    }

    static SafetensorsFile open(FileBytes file) {
        if (file.size() < PREFIX) {
            throw file.malformed("not a safetensors file: it has " + file.size() + " bytes, the length of the header"
                    + " alone takes " + PREFIX);
        }
        long length = file.buffer(0, PREFIX).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (length < 0 || length > LONGEST_HEADER) {
            throw file.malformed(
                    "the header must have at most " + LONGEST_HEADER + " bytes: " + Long.toUnsignedString(length));
        }
        if (length > file.size() - PREFIX) {
            throw file.malformed("the file ends inside the header, which should have " + length + " bytes");
        }
        if (length == 0 || file.get(PREFIX) != '{') {
            throw file.malformed("the header must start with '{'");
        }
        JsonHeaders.Header header;
        try {
            header = JsonHeaders.readSafetensors(file.slice(PREFIX, length));
        } catch (NoClassDefFoundError e) {
            throw file.withoutJackson(e);
        }
        long start = PREFIX + length;
        FileBytes data = file.slice(start, file.size() - start);
        requireCover(header.tensors(), data);
        return new SafetensorsFile(data, header);
    }

    /** {@return the type of a dtype, or null} */
    static @Nullable TensorType type(String dtype) {
        return TYPES.get(dtype);
    }

    /** {@return all dtypes} */
    static List<String> dtypes() {
        return DTYPES;
    }

    /** Checks that the tensors follow each other from the first byte to the last. */
    private static void requireCover(Map<String, JsonHeaders.Entry> entries, FileBytes data) {
        List<Map.Entry<String, JsonHeaders.Entry>> sorted = new ArrayList<>(entries.entrySet());
        sorted.sort(Comparator.<Map.Entry<String, JsonHeaders.Entry>>comparingLong(
                        e -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long covered = 0;
        for (Map.Entry<String, JsonHeaders.Entry> named : sorted) {
            JsonHeaders.Entry entry = named.getValue();
            TensorInfo info = entry.info();
            String problem = "";
            if (entry.end() < entry.begin()) {
                problem = " must not decrease";
            } else if (entry.begin() < covered) {
                problem = " overlap another tensor, which ends at " + covered;
            } else if (entry.begin() > covered) {
                problem = " leave a hole after " + covered;
            } else if (entry.end() > data.size()) {
                problem = " exceed the " + data.size() + " bytes that follow the header";
            } else if (info.bytes() != entry.end() - entry.begin()) {
                problem = " hold " + (entry.end() - entry.begin()) + " bytes, but " + info + " takes " + info.bytes();
            } else if (info.elements() % 8 * info.type().bits() % 8 != 0) {
                problem = " end inside a byte: " + info;
            }
            if (!problem.isEmpty()) {
                throw data.malformed("tensor " + Quotes.of(named.getKey()) + ": data_offsets [" + entry.begin() + ", "
                        + entry.end() + "]" + problem);
            }
            covered = entry.end();
        }
        if (covered != data.size()) {
            throw data.malformed("the tensors end at " + covered + ", but " + data.size() + " bytes follow the header");
        }
    }

    /** Reads a tensor as the type in the metadata, if it is known and suits. */
    private static Tensor typed(Tensor tensor, String told) {
        TensorInfo stored = tensor.info();
        try {
            boolean packed = told.endsWith(PACKED);
            Optional<ScalarFormat> format = FormatNames.find(
                            packed ? told.substring(0, told.length() - PACKED.length()) : told)
                    .map(Resolved::format);
            if (format.isEmpty()) {
                return tensor;
            }
            TensorInfo info = packed
                    ? TensorInfo.ofPacked(TensorType.packed(format.get()), stored.shape())
                    : TensorInfo.of(TensorType.of(format.get()), stored.shape());
            return tensor.as(info.named(stored.name()));
        } catch (IllegalArgumentException e) {
            return tensor; // metadata is free text
        }
    }

    /** {@return the names of the tensors, in the order of the header} */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /**
     * {@return a tensor}
     *
     * @param name its name
     * @throws IllegalArgumentException if there is none of the name
     */
    public Tensor tensor(String name) {
        JsonHeaders.Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("tensor must be one of "
                    + entries.keySet().stream().limit(20).toList() + (entries.size() > 20 ? " and others" : "") + ": "
                    + Quotes.of(name));
        }
        TensorInfo info = entry.info().named(name);
        Tensor tensor = new Tensor(info, data.slice(entry.begin(), info.bytes()));
        String told = metadata.get(TYPE_KEY + name);
        return told == null || !CONTAINERS.contains(info.type().name()) ? tensor : typed(tensor, told);
    }

    /** {@return the strings under {@code __metadata__}} */
    public Map<String, String> metadata() {
        return metadata;
    }

    // ------------------------------------------------------------------ writing

    /**
     * Starts a file.
     *
     * @param file where it is to stand
     * @param infos the tensors, with names of their own; {@code __metadata__} is none
     * @param metadata strings to keep with them
     * @return its writer; each of several tensors must be {@linkplain TensorWriter#begin begun}, in any order
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if names are not distinct or not text, a packed tensor does not fill whole bytes, or
     *     the header would be too long to be read
     */
    public static TensorWriter create(Path file, List<TensorInfo> infos, Map<String, String> metadata)
            throws IOException {
        Map<String, String> strings = new LinkedHashMap<>(metadata);
        List<Stored> sorted = new ArrayList<>();
        for (TensorInfo info : infos) {
            sorted.add(stored(info, strings));
        }
        sorted.sort(Comparator.comparing((Stored s) -> -DTYPES.indexOf(s.dtype()))
                .thenComparing(s -> s.info().name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
        StringBuilder text = new StringBuilder("{");
        if (!strings.isEmpty()) {
            text.append(Quotes.json(JsonHeaders.METADATA)).append(":{");
            String separator = "";
            for (Map.Entry<String, String> entry : strings.entrySet()) {
                text.append(separator)
                        .append(Quotes.json(entry.getKey()))
                        .append(':')
                        .append(Quotes.json(entry.getValue()));
                separator = ",";
            }
            text.append('}');
        }
        Map<String, TensorInfo> names = new LinkedHashMap<>();
        List<Long> offsets = new ArrayList<>();
        long end = 0;
        for (Stored stored : sorted) {
            TensorInfo info = stored.info();
            if (names.put(info.name(), info) != null) {
                throw new IllegalArgumentException("names of tensors must be distinct: '" + info.name() + "'");
            }
            offsets.add(end);
            long begin = end;
            end = Math.addExact(end, info.bytes());
            text.append(text.length() > 1 ? "," : "")
                    .append(Quotes.json(info.name()))
                    .append(":{\"dtype\":\"")
                    .append(stored.dtype())
                    .append("\",\"shape\":")
                    .append(Quotes.json(stored.shape()))
                    .append(",\"data_offsets\":")
                    .append(Quotes.json(begin, end))
                    .append('}');
        }
        byte[] json = utf8(text.append('}').toString());
        int length = json.length + 7 & ~7;
        if (length > LONGEST_HEADER) {
            throw new IllegalArgumentException("the header must have at most " + LONGEST_HEADER + " bytes: " + length);
        }
        ByteBuffer header = ByteBuffer.allocate(PREFIX + length).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(length).put(json);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        List<TensorWriter.Place> places = new ArrayList<>();
        for (int i = 0; i < sorted.size(); i++) {
            places.add(new TensorWriter.Place(sorted.get(i).info(), PREFIX + length + offsets.get(i)));
        }
        return new TensorWriter(file, header.array(), places, "");
    }

    /** How a tensor is written. */
    private record Stored(TensorInfo info, String dtype, long[] shape) {}

    /** Finds the dtype of a tensor, and adds what the dtype does not say to the metadata. */
    private static Stored stored(TensorInfo info, Map<String, String> metadata) {
        TensorType type = info.type();
        if (info.name().equals(JsonHeaders.METADATA)) {
            throw new IllegalArgumentException("name of a tensor must not be " + JsonHeaders.METADATA);
        }
        @Nullable String dtype = null;
        for (Map.Entry<String, TensorType> entry : TYPES.entrySet()) {
            if (entry.getValue().equals(type)) {
                dtype = entry.getKey();
            }
        }
        if (dtype != null) {
            if (info.elements() % 8 * type.bits() % 8 != 0) {
                throw new IllegalArgumentException(
                        "elements of a packed tensor must fill whole bytes in a safetensors file: " + info);
            }
            return new Stored(info, dtype, info.shape());
        }
        if (type.format().isPresent()) {
            metadata.put(TYPE_KEY + info.name(), type.toString());
        }
        return new Stored(info, "U" + Math.max(8, type.bits()), type.isPacked() ? info.packedShape() : info.shape());
    }

    /** {@return the bytes of a text without halves of surrogate pairs} */
    private static byte[] utf8(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("names and metadata must not have half a surrogate pair");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
