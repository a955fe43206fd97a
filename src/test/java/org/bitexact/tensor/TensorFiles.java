package org.bitexact.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** Files put together byte by byte, and what their elements should be. */
final class TensorFiles {
    private TensorFiles() {}

    /** An .npy file of a version with a header as it is given. */
    static byte[] npy(int major, String header, byte... data) {
        byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer file = ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        file.put((byte) major).put((byte) 0);
        if (major == 1) {
            file.putShort((short) text.length);
        } else {
            file.putInt(text.length);
        }
        file.put(text).put(data);
        return java.util.Arrays.copyOf(file.array(), file.position());
    }

    static byte[] npy(String descr, boolean fortran, String shape, byte... data) {
        return npy(
                1,
                "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape
                        + ", }\n",
                data);
    }

    /** A safetensors file with a header as it is given. */
    static byte[] safetensors(String header, byte... data) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    /** A message; arguments are field and value in turn: a number, a text, or bytes. */
    static byte[] proto(Object... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            int field = (int) fields[i];
            if (fields[i + 1] instanceof Number number) {
                varint(out, field << 3);
                varint(out, number.longValue());
            } else {
                byte[] bytes = fields[i + 1] instanceof String text
                        ? text.getBytes(StandardCharsets.UTF_8)
                        : (byte[]) fields[i + 1];
                varint(out, field << 3 | 2);
                varint(out, bytes.length);
                out.writeBytes(bytes);
            }
        }
        return out.toByteArray();
    }

    /** Numbers of 7 bits a byte. */
    static byte[] varints(long... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long value : values) {
            varint(out, value);
        }
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        BigInteger rest = new BigInteger(Long.toUnsignedString(value));
        BigInteger base = BigInteger.valueOf(128);
        while (rest.compareTo(base) >= 0) {
            out.write(rest.mod(base).intValue() | 128);
            rest = rest.divide(base);
        }
        out.write(rest.intValue());
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        IntStream.range(0, values.length).forEach(i -> bytes[i] = (byte) values[i]);
        return bytes;
    }

    /** The elements that bytes hold, read as one number whose lowest bits are the first element. */
    static long[] elements(byte[] bytes, int bits, int n) {
        byte[] bigEndian = new byte[bytes.length + 1];
        for (int i = 0; i < bytes.length; i++) {
            bigEndian[bytes.length - i] = bytes[i];
        }
        BigInteger number = new BigInteger(bigEndian);
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits);
        long[] elements = new long[n];
        for (int i = 0; i < n; i++) {
            elements[i] = number.shiftRight(i * bits).mod(modulus).longValue();
        }
        return elements;
    }

    /** All elements. */
    static long[] read(Tensor tensor) {
        long[] codes = new long[Math.toIntExact(tensor.info().elements())];
        tensor.read(0, codes, 0, codes.length);
        return codes;
    }

    static Tensor npyTensor(byte[] file) throws IOException {
        return NpyFile.open(Path.of("x.npy"), FileBytes.of("x.npy", file), null);
    }

    static SafetensorsFile safetensorsFile(byte[] file) {
        return SafetensorsFile.open(FileBytes.of("x.safetensors", file));
    }

    static Tensor onnxTensor(byte[] file) {
        return OnnxTensor.open(FileBytes.of("x.pb", file));
    }

    static void write(TensorWriter writer, long... codes) throws IOException {
        try (writer) {
            writer.write(codes, 0, codes.length);
            writer.commit();
        }
    }
}
