package org.bitexact.vectors;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads TestFloat's lines into numbers: the operands, the result, the flags.
 *
 * <p>Fields have the fixed width of their type, in either letter case. Spaces and tabs between and around fields, CR before
 * LF and a missing last LF are forgiven.
 */
final class CaseReader {

    /** A line that is not a case of the function. */
    static final class MalformedLineException extends Exception {

        private static final long serialVersionUID = 1L;

        private final long line;

        MalformedLineException(long line) {
            super("line " + line);
            this.line = line;
        }

        long line() {
            return line;
        }
    }

    private static final int END = -1;
    private static final byte[] DIGIT_VALUES = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            DIGIT_VALUES[c] = (byte) (c < 128 ? Character.digit(c, 16) : -1);
        }
    }

    private final InputStream in;
    private final StreamType[] types;
    private final int[] digits;
    private final byte[] buffer = new byte[1 << 16];
    private int place;
    private int limit;
    private long line;

    CaseReader(InputStream in, TestFloatFunction function) {
        this.in = in;
        int arity = function.operands().size();
        types = new StreamType[arity + 1];
        digits = new int[arity + 2];
        for (int i = 0; i < arity; i++) {
            types[i] = function.operands().get(i);
        }
        types[arity] = function.result();
        for (int i = 0; i <= arity; i++) {
            digits[i] = types[i].hexDigits();
        }
        digits[arity + 1] = 2; // flags
    }

    /**
     * Reads the next case.
     *
     * @param fields receives operands, result and flags, in this order
     * @return false at the end of the input
     */
    boolean next(long[] fields) throws IOException, MalformedLineException {
        int c = read();
        line++;
        if (c == END) {
            return false;
        }
        while (c == ' ' || c == '\t') {
            c = read();
        }
        int last = digits.length - 1;
        for (int i = 0; i <= last; i++) {
            long value = 0;
            for (int left = digits[i]; left > 0; left--) {
                int digit = c == END ? -1 : DIGIT_VALUES[c];
                if (digit < 0) {
                    throw new MalformedLineException(line);
                }
                value = value << 4 | digit;
                c = read();
            }
            fields[i] = value;
            if (i < last) {
                if (c != ' ' && c != '\t' || !types[i].isCode(value)) {
                    throw new MalformedLineException(line);
                }
                while (c == ' ' || c == '\t') {
                    c = read();
                }
            }
        }
        while (c == ' ' || c == '\t' || c == '\r') {
            c = read();
        }
        if (c != '\n' && c != END || fields[last] > 0x1F) {
            throw new MalformedLineException(line);
        }
        return true;
    }

    private int read() throws IOException {
        if (place == limit) {
            limit = in.read(buffer, 0, buffer.length);
            place = 0;
            if (limit <= 0) {
                limit = 0;
                return END;
            }
        }
        return buffer[place++] & 0xFF;
    }
}
