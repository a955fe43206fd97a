package org.bitexact.vectors;

import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes TestFloat's lines: upper-case hexadecimal numbers of fixed width, separated by single spaces, ended by LF.
 *
 * <p>Digits go straight into a byte buffer; no text is formatted and nothing is allocated for a line.
 *
 * <p><b>Thread safety.</b> An instance belongs to one thread.
 *
 * @since 0.1
 */
public final class LineWriter implements Closeable, Flushable {

    private static final int CAPACITY = 1 << 16;

    /** No line and no single call needs more room than this. */
    private static final int ROOM = 64;

    /** Both digits of every byte value: high digit in the low byte, so that it is stored first. */
    private static final short[] DIGIT_PAIRS = new short[256];

    static {
        byte[] digits = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
        for (int i = 0; i < 256; i++) {
            DIGIT_PAIRS[i] = (short) (digits[i >> 4] | digits[i & 0xF] << 8);
        }
    }

    private final OutputStream out;
    private final byte[] buffer = new byte[CAPACITY + ROOM];
    private int length;

    /**
     * Creates a writer.
     *
     * @param out where the bytes go, in large pieces; closed with this writer
     */
    public LineWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Writes a number and the byte after it.
     *
     * @param value its low {@code 4 * digits} bits are written
     * @param digits number of digits, 1 to 16
     * @param separator the byte that follows: a space or LF
     * @throws IOException if the bytes cannot be written
     */
    public void hex(long value, int digits, char separator) throws IOException {
        byte[] b = buffer;
        int at = length;
        int left = digits;
        if ((left & 1) != 0) {
            left--;
            b[at++] = (byte) (DIGIT_PAIRS[(int) (value >>> 4 * left) & 0xF] >> 8);
        }
        while (left > 0) {
            left -= 2;
            short pair = DIGIT_PAIRS[(int) (value >>> 4 * left) & 0xFF];
            b[at] = (byte) pair;
            b[at + 1] = (byte) (pair >> 8);
            at += 2;
        }
        b[at++] = (byte) separator;
        length = at;
        if (at >= CAPACITY) {
            drain();
        }
    }

    /**
     * Writes a line of plain text.
     *
     * @param text ASCII text without line end; other characters are written in UTF-8
     * @throws IOException if the bytes cannot be written
     */
    public void line(String text) throws IOException {
        drain();
        out.write((text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void drain() throws IOException {
        out.write(buffer, 0, length);
        length = 0;
    }

    @Override
    public void flush() throws IOException {
        drain();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        flush();
        out.close();
    }
}
