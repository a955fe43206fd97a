package org.bitexact.kernel;

import org.bitexact.codec.Codec;
import org.bitexact.codec.Converter;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.codec.Rounder;
import org.jspecify.annotations.Nullable;

/** How the addend enters an accumulator, and how the result leaves it. */
final class Ends {
    final ScalarFormat formatC;
    final @Nullable Codec output;
    private final FloatFormat format;
    private final Rounder result;
    private final @Nullable Converter in;
    private final @Nullable Converter out;
    private final int inBits;
    private final int outBits;

    /**
     * @param formatC format of the addend; null for that of the sum
     * @param output format and policies of the result; null for the sum itself
     */
    Ends(Accumulation accumulation, @Nullable ScalarFormat formatC, @Nullable Codec output) {
        format = accumulation.format();
        this.formatC = formatC == null ? format : formatC;
        this.output = output;
        result = output == null
                ? new Rounder(format, accumulation.policies())
                : new Rounder(output.format(), output.policies());
        boolean same = this.formatC instanceof FloatFormat f && f.sameEncoding(format);
        in = same ? null : Converter.of(this.formatC, Codec.of(format, accumulation.policies()));
        inBits = accumulation.policies().randomBits();
        out = output == null ? null : Converter.of(format, output);
        outBits = output == null ? 0 : output.policies().randomBits();
    }

    ScalarFormat formatD() {
        return output == null ? format : output.format();
    }

    /** The number of roundings before the first of the accumulation. */
    int startRoundings() {
        return in == null ? 0 : 1;
    }

    /** Random bits of the output conversion. */
    int outBits() {
        return outBits;
    }

    /** The accumulator's code for an addend. */
    long start(Run run, long c) {
        return start(c, in == null ? 0 : run.random(inBits));
    }

    long start(long c, long random) {
        formatC.requireCode(c);
        return in == null ? c : in.convertLong(c, random, null);
    }

    /** The result for an accumulator's code. */
    long finish(Run run, long s) {
        return finish(s, out == null ? 0 : run.random(outBits));
    }

    long finish(long s, long random) {
        if (format.isNan(s)) {
            long nan = result.nan(false, 1L << 63, false, false, false);
            return result.format().width() <= 32 ? nan & 0xffff_ffffL : nan;
        }
        return out == null ? s : out.convertLong(s, random, null);
    }
}
