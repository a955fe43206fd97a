package org.bitexact.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds one ONNX {@code TensorProto}, as the {@code .pb} files of ONNX's test data do.
 *
 * <p><b>Reading.</b> Elements are in {@code raw_data}, and then stay in the mapped file, or in one of the typed fields
 * ({@code int32_data} and the like), and then are read into memory. Strings, {@code COMPLEX128}, segments and data in other
 * files are refused.
 *
 * <p><b>Writing</b> gives {@code dims}, {@code data_type}, {@code name} and {@code raw_data}, as the Python package does.
 * Protocol buffers end at 2^31 - 1 bytes, and so do these files.
 *
 * <p><b>Packing.</b> Types of 2, 4 and 6 bits are packed, the first element in the lowest bits of the first byte. Only in
 * {@code int32_data} elements of 6 bits are not: each is a number of its own, and the tensor has them in bytes.
 *
 * <p>Source: onnx.proto of ONNX 1.23.1, {@code TensorProto}; Protocol Buffers, Encoding.
 *
 * @since 0.1
 */
public final class OnnxTensor {
    private static final int DIMS = 1;
    private static final int DATA_TYPE = 2;
    private static final int SEGMENT = 3;
    private static final int FLOAT_DATA = 4;
    private static final int INT32_DATA = 5;
    private static final int STRING_DATA = 6;
    private static final int INT64_DATA = 7;
    private static final int NAME = 8;
    private static final int RAW_DATA = 9;
    private static final int DOUBLE_DATA = 10;
    private static final int UINT64_DATA = 11;
    private static final int EXTERNAL_DATA = 13;
    private static final int DATA_LOCATION = 14;

    private static final int LONGEST_NAME = 1 << 16;

    /** The types by {@code TensorProto.DataType}; null for those without. */
    private static final @Nullable TensorType[] TYPES = types();

    private OnnxTensor() {}

    private static @Nullable TensorType[] types() {
        @Nullable TensorType[] types = new TensorType[29];
        types[9] = TensorType.of(Formats.UINT1); // BOOL, a byte each
        types[14] = TensorType.opaque("c64", 64);
        String[] names = {
            "",
            "f32",
            "u8",
            "i8",
            "u16",
            "i16",
            "i32",
            "i64",
            "",
            "",
            "f16",
            "f64",
            "u32",
            "u64",
            "",
            "",
            "bf16",
            "e4m3",
            "e4m3fnuz",
            "e5m2",
            "e5m2fnuz",
            "u4",
            "i4",
            "e2m1",
            "e8m0",
            "u2",
            "i2",
            "e2m3",
            "e3m2"
        };
        for (int id = 0; id < names.length; id++) {
            if (!names[id].isEmpty()) {
                ScalarFormat format = FormatNames.scalar(names[id]).format();
                types[id] = format.width() < 8 ? TensorType.packed(format) : TensorType.of(format);
            }
        }
        return types;
    }

    // ------------------------------------------------------------------ reading

    /**
     * Opens a file.
     *
     * @param file the file
     * @return its tensor
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is malformed, or of a kind that is not supported
     */
    public static Tensor open(Path file) throws IOException {
        return open(FileBytes.map(file));
    }

    static Tensor open(FileBytes file) {
        return new Reader(file).tensor();
    }

    /** Reads the fields of the message; a typed field, whose elements need the type and shape, a second time. */
    private static final class Reader {
        private final FileBytes file;
        private final long[] dims = new long[TensorInfo.MAX_RANK];
        private int rank;
        private long dataType;
        private String name = "";
        private @Nullable FileBytes raw;
        /** The typed field that has been seen, 0 for none. */
        private int typed;

        Reader(FileBytes file) {
            this.file = file;
        }

        Tensor tensor() {
            Protobuf message = new Protobuf(file);
            while (message.next()) {
                field(message);
            }
            TensorType type = dataType >= 0 && dataType < TYPES.length ? TYPES[(int) dataType] : null;
            if (type == null) {
                throw file.malformed("data_type " + dataType + (dataType == 0 ? " (UNDEFINED)" : "")
                        + " is not supported; 1 to 7, 9 to 14 and 16 to 28 are");
            }
            TensorInfo info;
            try {
                info = TensorInfo.of(type, Arrays.copyOf(dims, rank)).named(name);
            } catch (IllegalArgumentException e) {
                throw file.malformed(String.valueOf(e.getMessage()));
            }
            if (raw != null && typed != 0) {
                throw file.malformed("raw_data and " + fieldName(typed) + " must not both be there");
            }
            if (typed != 0) {
                TensorInfo inBytes = type.bits() != 6
                        ? info
                        : TensorInfo.of(TensorType.of(type.format().orElseThrow()), info.shape())
                                .named(name);
                return new Tensor(inBytes, FileBytes.of(file.name(), typedBytes(inBytes)));
            }
            FileBytes data = raw == null ? file.slice(0, 0) : raw;
            if (data.size() != info.bytes()) {
                throw wrongSize(info, "raw_data", data.size());
            }
            return new Tensor(info, data);
        }

        private void field(Protobuf message) {
            int field = message.field();
            switch (field) {
                case DIMS ->
                    message.integers(fieldName(field), dim -> {
                        if (rank == dims.length) {
                            throw file.malformed("dims must be at most " + TensorInfo.MAX_RANK);
                        }
                        dims[rank++] = dim;
                    });
                case DATA_TYPE -> dataType = message.varint(fieldName(field));
                case NAME -> name = text(message.bytes(fieldName(field)));
                case RAW_DATA -> raw = message.bytes(fieldName(field));
                case FLOAT_DATA, DOUBLE_DATA, INT32_DATA, INT64_DATA, UINT64_DATA -> {
                    if (typed != 0 && typed != field) {
                        throw file.malformed(fieldName(typed) + " and " + fieldName(field) + " must not both be there");
                    }
                    typed = field;
                    message.skip();
                }
                case SEGMENT -> throw file.malformed("segments of tensors are not supported");
                case STRING_DATA -> throw file.malformed("tensors of strings are not supported");
                case EXTERNAL_DATA -> throw external();
                case DATA_LOCATION -> {
                    if (message.varint(fieldName(field)) != 0) {
                        throw external();
                    }
                }
                default -> message.skip();
            }
        }

        private IllegalArgumentException external() {
            return file.malformed("its data lies in another file (external_data), which is not supported");
        }

        private IllegalArgumentException wrongSize(TensorInfo info, String field, long size) {
            return file.malformed(
                    "a tensor " + info + " takes " + info.bytes() + " bytes, but " + field + " holds " + size);
        }

        private String text(FileBytes bytes) {
            if (bytes.size() > LONGEST_NAME) {
                throw file.malformed("name must have at most " + LONGEST_NAME + " bytes: " + bytes.size());
            }
            try {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(bytes.buffer(0, (int) bytes.size()))
                        .toString();
            } catch (CharacterCodingException e) {
                throw file.malformed("name is not UTF-8");
            }
        }

        /** {@return the elements of the typed field as raw_data would have them} */
        private byte[] typedBytes(TensorInfo info) {
            TensorType type = info.type();
            int suited = switch (type.name()) {
                case "f32", "c64" -> FLOAT_DATA;
                case "f64" -> DOUBLE_DATA;
                case "i64" -> INT64_DATA;
                case "u32", "u64" -> UINT64_DATA;
                default -> INT32_DATA;
            };
            String field = fieldName(typed);
            if (typed != suited) {
                throw file.malformed("elements of data_type " + dataType + " (" + type.name() + ") must stand in "
                        + fieldName(suited) + ", not in " + field);
            }
            // a number takes at least one byte of the file, so this bounds the memory
            if (info.bytes() > Math.min(8 * file.size(), Integer.MAX_VALUE - 8)) {
                throw file.malformed(
                        "a tensor " + info + " takes " + info.bytes() + " bytes, more than " + field + " can hold");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) info.bytes());
            int size = typed == FLOAT_DATA ? 4 : Math.max(1, type.bits() / 8);
            boolean sixBits = !type.isPacked()
                    && type.format().isPresent()
                    && type.format().get().width() == 6;
            LongConsumer sink = value -> {
                if (bytes.remaining() < size) {
                    throw file.malformed("a tensor " + info + " has fewer elements than " + field);
                }
                if (!fits(value, 8 * size) || sixBits && value >>> 6 != 0) {
                    throw file.malformed(
                            field + " has a number that does not fit " + (sixBits ? 6 : 8 * size) + " bits: " + value);
                }
                for (int i = 0; i < size; i++) {
                    bytes.put((byte) (value >>> 8 * i));
                }
            };
            Protobuf message = new Protobuf(file);
            while (message.next()) {
                if (message.field() != typed) {
                    message.skip();
                } else if (typed == FLOAT_DATA || typed == DOUBLE_DATA) {
                    message.fixed(field, size, sink);
                } else {
                    message.integers(field, sink);
                }
            }
            if (bytes.hasRemaining()) {
                throw wrongSize(info, field, bytes.position());
            }
            return bytes.array();
        }

        /** Whether a number is one of fewer bits, signed or not: programs write INT8 both ways. */
        private boolean fits(long value, int bits) {
            return bits == 64 || value >>> bits == 0 || typed == INT32_DATA && value >> (bits - 1) == -1;
        }
    }

    private static String fieldName(int field) {
        return switch (field) {
            case DIMS -> "dims";
            case DATA_TYPE -> "data_type";
            case FLOAT_DATA -> "float_data";
            case INT32_DATA -> "int32_data";
            case INT64_DATA -> "int64_data";
            case NAME -> "name";
            case RAW_DATA -> "raw_data";
            case DOUBLE_DATA -> "double_data";
            case UINT64_DATA -> "uint64_data";
            case DATA_LOCATION -> "data_location";
            default -> "field " + field;
        };
    }

    // ------------------------------------------------------------------ writing

    /**
     * {@return whether ONNX has a type for elements}
     *
     * @param type the type of the elements
     */
    public static boolean supports(TensorType type) {
        return Arrays.asList(TYPES).contains(type);
    }

    /**
     * Starts a file.
     *
     * @param file where it is to stand
     * @param info name, type and shape; 2- and 4-bit types are packed
     * @return its writer, ready for the codes
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if ONNX has no such type, or the file would exceed 2^31 - 1 bytes
     */
    public static TensorWriter create(Path file, TensorInfo info) throws IOException {
        int dataType = Arrays.asList(TYPES).indexOf(info.type());
        if (dataType < 0) {
            boolean packed = info.type().format().isPresent()
                    && info.type().format().get().width() < 8
                    && Arrays.asList(TYPES)
                            .contains(TensorType.packed(info.type().format().get()));
            throw new IllegalArgumentException(
                    "ONNX has no type for elements " + info.type() + (packed ? "; it has a packed one" : ""));
        }
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        for (long dim : info.shape()) {
            Protobuf.writeVarint(header, DIMS << 3 | Protobuf.VARINT);
            Protobuf.writeVarint(header, dim);
        }
        Protobuf.writeVarint(header, DATA_TYPE << 3 | Protobuf.VARINT);
        Protobuf.writeVarint(header, dataType);
        if (!info.name().isEmpty()) {
            ByteBuffer text = StandardCharsets.UTF_8.encode(info.name());
            Protobuf.writeVarint(header, NAME << 3 | Protobuf.BYTES);
            Protobuf.writeVarint(header, text.remaining());
            header.write(text.array(), 0, text.remaining());
        }
        Protobuf.writeVarint(header, RAW_DATA << 3 | Protobuf.BYTES);
        Protobuf.writeVarint(header, info.bytes());
        if (info.bytes() > Integer.MAX_VALUE - header.size()) {
            throw new IllegalArgumentException(
                    "an ONNX tensor must take less than 2^31 bytes: " + info + " takes " + info.bytes());
        }
        return new TensorWriter(file, header.toByteArray(), List.of(new TensorWriter.Place(info, header.size())), "");
    }
}
