package org.bitexact.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.codec.CounterRandom;
import org.bitexact.codec.Literal;
import org.bitexact.format.Flags;
import org.bitexact.format.ScalarFormat;

/**
 * Converts items given as text, one a line: {@code 0x} and digits without {@code p} is a code of the source format,
 * anything else a decimal or hexadecimal number, which is rounded to the target directly. Empty lines and lines that
 * start with {@code #} are skipped.
 */
final class TextConversion {
    private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };

    private final Codec target;
    private final Converter converter;
    private final int digits;
    private final boolean stochastic;
    private final long seed;
    private final boolean showFlags;
    private final Flags flags = new Flags();
    private final byte[] output = new byte[1 << 16];
    private int length;

    /**
     * @param source the format of items that are codes
     * @param target the format of the output and the policies
     * @param seed the seed of stochastic rounding
     * @param showFlags whether the flags follow each code, as two digits
     */
    TextConversion(ScalarFormat source, Codec target, long seed, boolean showFlags) {
        this.target = target;
        this.seed = seed;
        this.showFlags = showFlags;
        converter = Converter.of(source, target);
        digits = target.format().hexDigits();
        stochastic = target.policies().rounding().isStochastic();
    }

    /**
     * Converts all of a stream.
     *
     * @throws UsageException if a line is no item; what precedes it has been written
     */
    void run(InputStream in, OutputStream out, Progress progress) throws IOException {
        LineReader lines = new LineReader(in);
        long index = 0;
        try {
            for (String line = lines.next(); line != null; line = lines.next()) {
                String item = line.strip();
                if (item.isEmpty() || item.charAt(0) == '#') {
                    continue;
                }
                long random = stochastic
                        ? CounterRandom.bits(seed, index, target.policies().randomBits())
                        : 0;
                flags.clear();
                try {
                    append(convert(item, random));
                } catch (IllegalArgumentException | UsageException e) {
                    throw new UsageException("line " + lines.number() + ": " + e.getMessage());
                }
                index++;
                // what has come is answered before more is waited for
                if (length > output.length - 64 || !lines.ready()) {
                    flush(out);
                }
            }
        } finally {
            flush(out);
        }
    }

    /** {@return whether an item is a code rather than a number} */
    static boolean isCode(String item) {
        return item.length() >= 2
                && item.charAt(0) == '0'
                && (item.charAt(1) | 0x20) == 'x'
                && item.indexOf('p') < 0
                && item.indexOf('P') < 0;
    }

    /** {@return the code that an item states} */
    static long parseCode(String item, ScalarFormat format) {
        long code = 0;
        for (int i = 2; i < item.length(); i++) {
            int digit = Character.digit(item.charAt(i), 16);
            if (digit < 0 || item.charAt(i) > 'f') {
                throw new UsageException("a code must be 0x and hexadecimal digits (a hexadecimal number needs p and an"
                        + " exponent): " + Io.quoted(item));
            }
            if (code >>> 60 != 0) {
                throw new UsageException(
                        String.format("code of %s must be in [0x0, 0x%x]: ", format, format.codeMask()) + item);
            }
            code = code << 4 | digit;
        }
        if (item.length() == 2) {
            throw new UsageException("a code must have digits: " + Io.quoted(item));
        }
        return format.requireCode(code);
    }

    private long convert(String item, long random) {
        if (isCode(item)) {
            return converter.convertLong(parseCode(item, converter.source()), random, flags);
        }
        return Literal.parse(item).encode(target, random, flags);
    }

    private void append(long code) {
        output[length++] = '0';
        output[length++] = 'x';
        for (int i = digits - 1; i >= 0; i--) {
            output[length++] = DIGITS[(int) (code >>> 4 * i) & 15];
        }
        if (showFlags) {
            output[length++] = ' ';
            output[length++] = DIGITS[flags.raised() >> 4];
            output[length++] = DIGITS[flags.raised() & 15];
        }
        output[length++] = '\n';
    }

    private void flush(OutputStream out) throws IOException {
        out.write(output, 0, length);
        length = 0;
    }
}
