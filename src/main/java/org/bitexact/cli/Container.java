package org.bitexact.cli;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/**
 * How a code lies in a file: little-endian in 1, 2, 4 or 8 bytes, in the low bits with zeros above; TF32 in the high 19
 * bits of 32, zeros below, so that the container is the binary32 pattern of the value.
 *
 * @param bytes bytes of the container
 * @param shift bits below the code
 * @param unused the bits that must be zero
 */
record Container(int bytes, int shift, long unused) {
    static Container of(ScalarFormat format) {
        int bits = format.containerBits();
        boolean tf32 = bits == 32 && format instanceof FloatFormat f && f.sameEncoding(Formats.TF32);
        int shift = tf32 ? bits - format.width() : 0;
        long all = -1L >>> (64 - bits);
        return new Container(bits / 8, shift, all & ~(format.codeMask() << shift));
    }
}
