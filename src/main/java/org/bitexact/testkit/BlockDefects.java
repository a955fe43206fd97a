package org.bitexact.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.bitexact.codec.CodeText;
import org.bitexact.codec.Codec;
import org.bitexact.format.BlockFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Overflow;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScaleRule;
import org.bitexact.quant.BlockCodec;
import org.bitexact.quant.BlockSpecials;
import org.jspecify.annotations.Nullable;

/** Mistakes in encoders of block formats: scales of another rule or one off, elements rounded otherwise. */
final class BlockDefects {
    private static final int CASES = 400;

    private BlockDefects() {}

    static Mutants<BlockEncoder> mutants(BlockCodec codec) {
        return Mutants.of(
                MutantFamily.BLOCK,
                new Settings(codec),
                encoder(codec),
                LIST,
                (right, wrong) -> search(codec, right, wrong));
    }

    private record Settings(BlockCodec codec) {
        @Override
        public String toString() {
            return "encoding " + codec.format() + " (" + codec.scaleRule().id() + ", "
                    + codec.policies().rounding().id() + ")";
        }
    }

    private static BlockEncoder encoder(BlockCodec codec) {
        return (values, codes, scales) -> codec.encode(values, 0, codes, 0, scales, 0, values.length);
    }

    /** Values of up to two blocks and a short one. */
    private static Mutants.@Nullable Difference search(BlockCodec codec, BlockEncoder right, BlockEncoder wrong) {
        BlockGenerator generator = BlockGenerator.of(codec.format());
        for (int i = 0; i < CASES; i++) {
            float[] values = generator.at(1 + i % (2 * codec.format().blockLength() + 3), 1, i);
            Blocks r = new Blocks(codec, values, right);
            Blocks w = new Blocks(codec, values, wrong);
            if (!Arrays.equals(r.scales, w.scales) || !Arrays.equals(r.codes, w.codes)) {
                return new Mutants.Difference(words(codec, values, r, w), false);
            }
        }
        return null;
    }

    private static final class Blocks {
        final byte[] codes;
        final byte[] scales;

        Blocks(BlockCodec codec, float[] values, BlockEncoder encoder) {
            codes = new byte[values.length];
            scales = new byte[codec.blocks(values.length) * codec.scaleBytes()];
            encoder.encode(values, codes, scales);
        }
    }

    private static String words(BlockCodec codec, float[] values, Blocks r, Blocks w) {
        BlockFormat f = codec.format();
        int at = Arrays.mismatch(r.scales, w.scales);
        if (at >= 0) {
            int block = at / codec.scaleBytes();
            int from = block * f.blockLength();
            float amax = BlockCodec.amax(values, from, Math.min(f.blockLength(), values.length - from));
            return "block " + block + " of " + values.length + " values, largest magnitude " + Float.toHexString(amax)
                    + ", has scale byte " + hex(r.scales[at]) + ", not " + hex(w.scales[at]);
        }
        at = Arrays.mismatch(r.codes, w.codes);
        CodeText text = CodeText.of(f.element());
        int scale = at / f.blockLength() * codec.scaleBytes();
        return "value " + at + " of " + values.length + ", " + Float.toHexString(values[at]) + ", beside scale byte "
                + hex(r.scales[scale]) + " is " + text.hex(r.codes[at] & 0xff) + ", not "
                + hex(w.codes[at]);
    }

    private static String hex(byte b) {
        return String.format(Locale.ROOT, "0x%02x", b);
    }

    // ------------------------------------------------------------------ kinds of mistakes

    private static Defect<Settings, BlockEncoder> changed(String name, String words, UnaryOperator<BlockCodec> change) {
        return new Defect<>(name, words, (s, right) -> encoder(change.apply(s.codec())));
    }

    private static Defect<Settings, BlockEncoder> rule(String name, String words, ScaleRule rule) {
        return changed(name, words, c -> c.scaleRule(rule));
    }

    /** The elements encoded again with another scale. */
    private static @Nullable BlockEncoder rescaled(Settings s, BlockEncoder right, int step) {
        BlockCodec codec = s.codec();
        if (codec.scaleBytes() != 1 || codec.format().tensorScale()) {
            return null;
        }
        Codec scale = Codec.of(codec.format().scale());
        Codec element = Codec.of(codec.format().element(), codec.policies());
        int last = (int) codec.format().scale().maxFiniteCode();
        return (values, codes, scales) -> {
            right.encode(values, codes, scales);
            for (int i = 0; i < values.length; i++) {
                int block = i / codec.format().blockLength();
                int code = (scales[block] & 0xff) + step;
                if (code < 0 || code > last || (scales[block] & 0xff) > last) {
                    continue; // nowhere to go
                }
                double sc = scale.decode(code);
                codes[i] = sc == 0 ? codes[i] : (byte) element.encode(values[i] / sc);
            }
            for (int i = 0; i < scales.length; i++) {
                int code = (scales[i] & 0xff) + step;
                scales[i] = code < 0 || code > last || (scales[i] & 0xff) > last ? scales[i] : (byte) code;
            }
        };
    }

    /** All values before a place through the right encoder, those after as if blocks began there. */
    private static BlockEncoder firstScale(Settings s, BlockEncoder right) {
        BlockCodec codec = s.codec();
        return (values, codes, scales) -> {
            right.encode(values, codes, scales);
            for (int i = codec.scaleBytes(); i < scales.length; i++) {
                scales[i] = scales[i - codec.scaleBytes()];
            }
        };
    }

    private static final List<Defect<Settings, BlockEncoder>> LIST = List.of(
            rule("scale-floor", "the scale's exponent is rounded down", ScaleRule.FLOOR),
            rule("scale-ceil", "the scale's exponent is rounded up", ScaleRule.CEIL),
            rule("scale-quotient-up", "the scale is the quotient rounded up", ScaleRule.QUOTIENT_UP),
            rule("scale-nearest-exponent", "the scale's exponent is rounded to nearest", ScaleRule.EXPONENT_NEAREST),
            new Defect<>("scale-off-by-one", "the scale is one code too large", (s, right) -> rescaled(s, right, 1)),
            new Defect<>(
                    "scale-off-by-minus-one", "the scale is one code too small", (s, right) -> rescaled(s, right, -1)),
            new Defect<>("scale-not-applied", "the scale is written one off, the elements are not", (s, right) -> {
                int last = (int) s.codec().format().scale().maxFiniteCode();
                return s.codec().scaleBytes() != 1
                        ? null
                        : (values, codes, scales) -> {
                            right.encode(values, codes, scales);
                            for (int i = 0; i < scales.length; i++) {
                                scales[i] = (byte) (scales[i] + ((scales[i] & 0xff) < last ? 1 : 0));
                            }
                        };
            }),
            new Defect<>("first-scale", "every block is given the first one's scale", BlockDefects::firstScale),
            new Defect<>("short-block", "the elements of a last short block are not written", (s, right) -> {
                int length = s.codec().format().blockLength();
                return (values, codes, scales) -> {
                    right.encode(values, codes, scales);
                    Arrays.fill(codes, values.length / length * length, values.length, (byte) 0);
                };
            }),
            changed("truncate", "elements are truncated", c -> c.rounding(Rounding.TOWARD_ZERO)),
            changed("ties-away", "ties of elements go away from zero", c -> c.rounding(Rounding.TIES_TO_AWAY)),
            changed(
                    "does-not-saturate",
                    "elements beyond the largest number are not saturated",
                    c -> c.policies(c.policies()
                            .withOverflow(c.format().element() instanceof IntFormat ? Overflow.WRAP : Overflow.NAN))),
            new Defect<>(
                    "flushes-values",
                    "subnormal binary32 values count as zero",
                    (s, right) -> (values, codes, scales) -> {
                        float[] flushed = values.clone();
                        for (int i = 0; i < flushed.length; i++) {
                            if (Math.abs(flushed[i]) < Float.MIN_NORMAL) {
                                flushed[i] = Math.copySign(0f, flushed[i]);
                            }
                        }
                        right.encode(flushed, codes, scales);
                    }),
            new Defect<>(
                    "nan-ignored",
                    "a NaN or an infinity does not mark its block",
                    (s, right) -> s.codec().specials() == BlockSpecials.ELEMENTS
                            ? null
                            : encoder(s.codec().specials(BlockSpecials.ELEMENTS))),
            new Defect<>("zero-sign", "-0 becomes +0", (s, right) -> (values, codes, scales) -> {
                float[] positive = values.clone();
                for (int i = 0; i < positive.length; i++) {
                    positive[i] = positive[i] == 0 ? 0 : positive[i];
                }
                right.encode(positive, codes, scales);
            }));
}
