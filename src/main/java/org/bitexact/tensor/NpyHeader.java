package org.bitexact.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of a {@code .npy} file: a Python dictionary with three keys.
 *
 * @param descr the dtype, for example {@code <f4}
 * @param fortranOrder whether the first index runs fastest
 * @param shape the length of each dimension
 * @param dataStart position of the first element
 */
record NpyHeader(String descr, boolean fortranOrder, long[] shape, long dataStart) {
    static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** Structured dtypes alone need a longer one. */
    private static final int LONGEST = 1 << 16;

    /** Reads the header of a file. */
    static NpyHeader read(FileBytes file) {
        if (file.size() < 10) {
            throw file.malformed("not an .npy file: it has " + file.size() + " bytes, the shortest header has 10");
        }
        byte[] magic = new byte[MAGIC.length];
        file.buffer(0, magic.length).get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw file.malformed("not an .npy file: it does not start with \\x93NUMPY");
        }
        int major = file.get(6);
        int minor = file.get(7);
        if (major < 1 || major > 3 || minor != 0) {
            throw file.malformed("version must be 1.0, 2.0 or 3.0: " + major + "." + minor);
        }
        int start = major == 1 ? 10 : 12;
        if (file.size() < start) {
            throw file.malformed("the file ends inside the header");
        }
        ByteBuffer prefix = file.buffer(0, start).order(ByteOrder.LITTLE_ENDIAN);
        long length = major == 1 ? prefix.getShort(8) & 0xffff : prefix.getInt(8) & 0xffff_ffffL;
        if (length > LONGEST) {
            throw file.malformed("the header must have at most " + LONGEST + " bytes: " + length);
        }
        if (file.size() - start < length) {
            throw file.malformed("the file ends inside the header, which should have " + length + " bytes");
        }
        // what is not ASCII is an error wherever it stands, so the encoding, which depends on the version, does not
        // matter
        String text = StandardCharsets.ISO_8859_1
                .decode(file.buffer(start, (int) length))
                .toString();
        return new Parser(file, text).dictionary(start + length);
    }

    /** {@return the bytes of a header, padded so that the data is aligned at 64 bytes} */
    static byte[] write(String descr, long[] shape) {
        StringBuilder text = new StringBuilder("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (");
        for (int i = 0; i < shape.length; i++) {
            text.append(i == 0 ? "" : " ").append(shape[i]).append(i < shape.length - 1 || i == 0 ? "," : "");
        }
        text.append("), }");
        int size = 10 + text.length() + 1 + 63 & ~63;
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (size - 10));
        bytes.put(text.toString().getBytes(StandardCharsets.US_ASCII));
        while (bytes.remaining() > 1) {
            bytes.put((byte) ' ');
        }
        return bytes.put((byte) '\n').array();
    }

    /** Reads the part of Python's literals that a header without structured dtypes has; nothing nests. */
    private static final class Parser {
        private static final int MAX_DIGITS = 19;

        private final FileBytes file;
        private final String text;
        private int at;

        Parser(FileBytes file, String text) {
            this.file = file;
            this.text = text;
        }

        NpyHeader dictionary(long dataStart) {
            String descr = null;
            Boolean fortranOrder = null;
            long[] shape = null;
            expect('{');
            while (!take('}')) {
                String key = string();
                expect(':');
                boolean again;
                switch (key) {
                    case "descr" -> {
                        again = descr != null;
                        if (peek() == '[') {
                            throw file.malformed("structured dtypes are not supported; descr must be a string");
                        }
                        descr = string();
                    }
                    case "fortran_order" -> {
                        again = fortranOrder != null;
                        fortranOrder = truth();
                    }
                    case "shape" -> {
                        again = shape != null;
                        shape = tuple();
                    }
                    default -> throw error("unknown key " + Quotes.of(key));
                }
                if (again) {
                    throw error("key '" + key + "' occurs twice");
                }
                if (!take(',')) {
                    expect('}');
                    break;
                }
            }
            if (peek() != 0) {
                throw error("something follows the dictionary");
            }
            if (descr == null || fortranOrder == null || shape == null) {
                throw file.malformed("header: keys descr, fortran_order and shape must be there: " + Quotes.of(text));
            }
            return new NpyHeader(descr, fortranOrder, shape, dataStart);
        }

        private String string() {
            char quote = peek();
            if (quote != '\'' && quote != '"') {
                throw error("a string should stand");
            }
            int end = text.indexOf(quote, at + 1);
            if (end < 0) {
                throw error("a string has no end");
            }
            String value = text.substring(at + 1, end);
            if (value.indexOf('\\') >= 0) {
                throw error("a string has an escape");
            }
            at = end + 1;
            return value;
        }

        private boolean truth() {
            peek();
            boolean value = text.startsWith("True", at);
            if (!value && !text.startsWith("False", at)) {
                throw error("True or False should stand");
            }
            at += value ? 4 : 5;
            return value;
        }

        private long[] tuple() {
            long[] values = new long[TensorInfo.MAX_RANK];
            int n = 0;
            expect('(');
            boolean comma = true;
            while (!take(')')) {
                if (!comma) {
                    throw error("',' or ')' should stand");
                }
                if (n == values.length) {
                    throw error("shape must have at most " + TensorInfo.MAX_RANK + " dimensions, but a further one");
                }
                values[n++] = number();
                comma = take(',');
            }
            if (n == 1 && !comma) {
                throw error("shape must be a tuple, but a number");
            }
            return Arrays.copyOf(values, n);
        }

        private long number() {
            peek();
            int end = at;
            while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                end++;
            }
            try {
                if (end == at || end - at > MAX_DIGITS) {
                    throw new NumberFormatException();
                }
                long value = Long.parseLong(text, at, end, 10);
                // Python 2 marks long integers
                at = end < text.length() && text.charAt(end) == 'L' ? end + 1 : end;
                return value;
            } catch (NumberFormatException e) {
                throw error("a whole number in [0, 2^63 - 1] should stand");
            }
        }

        /** {@return the next character that is no space, 0 at the end} */
        private char peek() {
            while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\n')) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private boolean take(char c) {
            boolean is = peek() == c;
            at += is ? 1 : 0;
            return is;
        }

        private void expect(char c) {
            if (!take(c)) {
                throw error("'" + c + "' should stand");
            }
        }

        private IllegalArgumentException error(String problem) {
            return file.malformed("header: " + problem + " at character " + at + ": " + Quotes.of(text));
        }
    }
}
