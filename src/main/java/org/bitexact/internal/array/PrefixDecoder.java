package org.bitexact.internal.array;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.SpecialValues;
import org.bitexact.format.SubnormalRule;

/** Decodes the formats whose codes are the upper bits of a binary32 pattern: BF16, TF32, binary32 itself. */
final class PrefixDecoder extends IntDecoder {
    private final int shift;

    PrefixDecoder(FloatFormat format) {
        shift = 32 - format.width();
    }

    /** {@return whether a format's codes are the upper bits of the pattern of their value} */
    static boolean supports(FloatFormat f) {
        return f.signed()
                && f.exponentBits() == Formats.BINARY32.exponentBits()
                && f.trailingBits() <= Formats.BINARY32.trailingBits()
                && f.bias() == Formats.BINARY32.bias()
                && f.specials() == SpecialValues.IEEE
                && f.subnormals() == SubnormalRule.GRADUAL;
    }

    @Override
    public void decode(int[] src, int from, float[] dst, int to, int n) {
        for (int i = 0; i < n; i++) {
            int bits = src[from + i] << shift;
            boolean nan = (bits & 0x7fff_ffff) > 0x7f80_0000;
            dst[to + i] = Float.intBitsToFloat(nan ? bits | 0x0040_0000 : bits);
        }
    }
}
