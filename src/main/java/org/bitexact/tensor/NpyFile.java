package org.bitexact.tensor;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitexact.format.Alias;
import org.bitexact.format.FormatNames;
import org.bitexact.format.FormatNames.Resolved;
import org.bitexact.format.Formats;
import org.bitexact.format.IntFormat;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * NumPy's {@code .npy} files, each of which holds one tensor.
 *
 * <p>NumPy has dtypes for few of the formats here. Codes of the others are written as unsigned integers of their
 * container ({@code |u1}, {@code <u2}, {@code <u4}), which {@code np.load} reads everywhere and which {@code
 * .view(ml_dtypes.float8_e4m3fn)} turns into numbers. What they are stands in two places:
 *
 * <ul>
 *   <li>in the name of the file, before the extension: {@code x.float8_e4m3fn.npy}, and {@code x.int4.packed.npy} if codes
 *       share bytes; see {@link #fileName}
 *   <li>in a JSON file beside it, {@code x.float8_e4m3fn.npy.json}: {@code {"dtype":"float8_e4m3fn","format":"e4m3",
 *       "bits":8,"shape":[2,3]}}, which is written with every array of integers
 * </ul>
 *
 * <p><b>Reading.</b> Either place says what integers mean, and they must not contradict each other; without them, codes
 * are those of the integer dtype. The dtypes that ml_dtypes writes are read as well: {@code <f1} is {@code e5m2}, and {@code
 * <V1} and {@code <V2} are opaque unless one of the places says more. Versions 1.0 to 3.0, both byte orders and both
 * orders of elements are read; structured dtypes, objects, strings and dates are not. Bytes after the data are an error.
 *
 * <p><b>Writing</b>: version 1.0, little-endian, row-major, data aligned at 64 bytes. In a packed array the last dimension
 * counts bytes, and each row fills whole bytes.
 *
 * <p><b>Dependencies</b>: reading the JSON file needs jackson-core on the class path; nothing else here does.
 *
 * <p>Source: NumPy, {@code numpy.lib.format}; ml_dtypes 0.6.0 for its dtypes.
 *
 * @since 0.1
 */
public final class NpyFile {
    /** What the name of the JSON file adds to that of the array. */
    public static final String SIDECAR = ".json";

    private static final String EXTENSION = ".npy";
    private static final String PACKED = "packed";

    /** The dtypes that leave no doubt, without byte order. */
    private static final Map<String, TensorType> EXACT = Map.of(
            "f2", TensorType.of(Formats.BINARY16),
            "f4", TensorType.of(Formats.BINARY32),
            "f8", TensorType.of(Formats.BINARY64),
            "f1", TensorType.of(Formats.OCP_E5M2),
            "b1", TensorType.of(Formats.UINT1),
            "c8", TensorType.opaque("c64", 64));

    private NpyFile() {}

    // ------------------------------------------------------------------ reading

    /**
     * Opens a file. Its name and the JSON file beside it tell what integers mean.
     *
     * @param file the file
     * @return its tensor, without a name
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is malformed, or of a dtype that is not supported
     * @throws IllegalStateException if there is a JSON file and jackson-core is not on the class path
     */
    public static Tensor open(Path file) throws IOException {
        return open(file, FileBytes.map(file), null);
    }

    /**
     * Opens a file whose elements are known.
     *
     * @param file the file
     * @param type what its elements are, whatever the file says; as wide as its dtype, or packed in bytes
     * @return its tensor, without a name
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is malformed, or its elements have another width
     */
    public static Tensor open(Path file, TensorType type) throws IOException {
        return open(file, FileBytes.map(file), type);
    }

    static Tensor open(Path file, FileBytes bytes, @Nullable TensorType known) throws IOException {
        NpyHeader header = NpyHeader.read(bytes);
        String dtype = header.descr();
        boolean prefixed = !dtype.isEmpty() && "<>|=".indexOf(dtype.charAt(0)) >= 0;
        boolean big = prefixed && dtype.charAt(0) == '>';
        String kind = prefixed ? dtype.substring(1) : dtype;
        TensorType stored = stored(kind);
        if (stored == null || big && kind.equals("c8")) {
            throw bytes.malformed("dtype " + Quotes.of(dtype) + " is not supported; f1, f2, f4, f8, i1 to i8, u1 to u8,"
                    + " b1, V1 to V8 and, little-endian, c8 are");
        }
        TensorInfo plain = info(bytes, stored, header.shape());
        long rest = bytes.size() - header.dataStart();
        if (plain.bytes() != rest) {
            throw bytes.malformed(
                    "a tensor " + plain + " takes " + plain.bytes() + " bytes, but " + rest + " follow the header");
        }
        TensorType type = known;
        if (type == null) {
            type = EXACT.containsKey(kind) ? stored : told(file, stored, header.shape());
        }
        if (type.bits() != stored.bits() && !(type.isPacked() && stored.bits() == 8 && !header.fortranOrder())) {
            throw bytes.malformed("elements of " + dtype + (header.fortranOrder() ? " in column-major order" : "")
                    + " cannot be read as " + type);
        }
        return new Tensor(
                info(bytes, type, header.shape()),
                bytes.slice(header.dataStart(), rest),
                big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
                header.fortranOrder());
    }

    private static TensorInfo info(FileBytes bytes, TensorType type, long[] shape) {
        try {
            return type.isPacked() ? TensorInfo.ofPacked(type, shape) : TensorInfo.of(type, shape);
        } catch (IllegalArgumentException e) {
            throw bytes.malformed(String.valueOf(e.getMessage()));
        }
    }

    /** {@return the type of a dtype by itself, or null} */
    private static @Nullable TensorType stored(String kind) {
        TensorType exact = EXACT.get(kind);
        if (exact != null) {
            return exact;
        }
        return switch (kind) {
            case "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8" -> {
                int bits = 8 * (kind.charAt(1) - '0');
                yield TensorType.of(
                        FormatNames.scalar(kind.charAt(0) + "" + bits).format());
            }
            case "V1", "V2", "V4", "V8" -> TensorType.opaque(kind, 8 * (kind.charAt(1) - '0'));
            default -> null;
        };
    }

    /** {@return what the name of the file and the file beside it say, or the dtype's own type} */
    private static TensorType told(Path file, TensorType stored, long[] shape) throws IOException {
        TensorType byName = byName(file, stored);
        Path sidecar = sidecar(file);
        if (!Files.exists(sidecar)) {
            return byName == null ? stored : byName;
        }
        FileBytes text = FileBytes.map(sidecar);
        TensorInfo beside;
        try {
            beside = JsonHeaders.readSidecar(text);
        } catch (NoClassDefFoundError e) {
            throw text.withoutJackson(e);
        }
        TensorType type = beside.type();
        boolean fits = Arrays.equals(type.isPacked() ? beside.packedShape() : beside.shape(), shape)
                && Math.max(8, type.bits()) == stored.bits();
        if (!fits || byName != null && !byName.equals(type)) {
            throw new IllegalArgumentException(sidecar + ": " + beside + " does not describe " + file + ", which has "
                    + (fits ? byName + " in its name" : TensorInfo.of(stored, shape)));
        }
        return type;
    }

    private static Path sidecar(Path file) {
        return file.resolveSibling(file.getFileName() + SIDECAR);
    }

    /** {@return the type in the name of a file, if it suits the dtype, or null} */
    private static @Nullable TensorType byName(Path file, TensorType stored) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (!name.endsWith(EXTENSION)) {
            return null;
        }
        String[] parts = name.split("\\.", -1);
        int last = parts.length - 2;
        boolean packed = parts[last].equals(PACKED);
        if (packed) {
            last--;
        }
        // not the first part, which is the name of the array
        ScalarFormat format = last < 1 ? null : named(parts[last]);
        if (format == null) {
            return null;
        }
        if (packed) {
            return format.width() < 8 && stored.bits() == 8 ? TensorType.packed(format) : null;
        }
        return format.containerBits() == stored.bits() ? TensorType.of(format) : null;
    }

    /**
     * {@return the format with an identifier or dtype, or null}
     *
     * <p>Other names do not count: {@code b} and {@code h} are formats to some, and parts of file names to all.
     */
    private static @Nullable ScalarFormat named(String part) {
        try {
            return FormatNames.find(part)
                    .map(Resolved::format)
                    .filter(f -> f.name().equals(part) || dtype(f).equals(part))
                    .orElse(null);
        } catch (IllegalArgumentException e) {
            return null; // ambiguous: no name of a dtype is
        }
    }

    // ------------------------------------------------------------------ writing

    /**
     * {@return the name of the file for a tensor: {@code x.float8_e4m3fn.npy}; {@code x.npy} for types that NumPy has}
     *
     * @param stem what the name starts with
     * @param type type of the elements
     */
    public static String fileName(String stem, TensorType type) {
        boolean plain = type.format().isEmpty() || type.equals(stored(descr(type)));
        String dtype = plain ? "" : "." + type.format().map(NpyFile::dtype).orElse("");
        return stem + dtype + (type.isPacked() ? "." + PACKED : "") + EXTENSION;
    }

    /**
     * Starts a file. With integers, the JSON file is written beside it.
     *
     * @param file where it is to stand; if a format is not NumPy's, best under the name {@link #fileName} gives
     * @param info type and shape; in a packed tensor, the bits of a row must be a multiple of 8
     * @return its writer, ready for the codes
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a packed tensor's row does not fill whole bytes
     */
    public static TensorWriter create(Path file, TensorInfo info) throws IOException {
        TensorType type = info.type();
        String descr = descr(type);
        long[] shape = type.isPacked() ? info.packedShape() : info.shape();
        String json = "";
        if (type.format().isPresent() && !EXACT.containsKey(descr)) {
            json = "{\"dtype\":" + Quotes.json(dtype(type.format().get())) + ",\"format\":" + Quotes.json(type.name())
                    + ",\"bits\":" + type.bits() + ",\"shape\":" + Quotes.json(info.shape()) + "}\n";
        }
        byte[] header = NpyHeader.write((descr.endsWith("1") ? "|" : "<") + descr, shape);
        return new TensorWriter(file, header, List.of(new TensorWriter.Place(info, header.length)), json);
    }

    /** {@return the dtype that a type is written as, without byte order} */
    private static String descr(TensorType type) {
        for (Map.Entry<String, TensorType> entry : EXACT.entrySet()) {
            // f1 is what ml_dtypes writes and NumPy refuses
            if (entry.getValue().equals(type) && !entry.getKey().equals("f1")) {
                return entry.getKey();
            }
        }
        int bytes = Math.max(1, type.bits() / 8);
        if (type.format().isEmpty()) {
            return "V" + bytes;
        }
        boolean signed = type.format().get() instanceof IntFormat f
                && f.encoding() == IntFormat.Encoding.TWOS_COMPLEMENT
                && f.width() == 8 * bytes
                && f.scaleExponent() == 0;
        return (signed ? "i" : "u") + bytes;
    }

    /** {@return the name of a format among the dtypes of ml_dtypes, or its own} */
    private static String dtype(ScalarFormat format) {
        for (Alias alias : format.aliases()) {
            if (alias.ecosystem().equals("ml_dtypes")) {
                return alias.name();
            }
        }
        return format.name();
    }
}
