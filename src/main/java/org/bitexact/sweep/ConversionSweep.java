package org.bitexact.sweep;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.P3109;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;

/**
 * Tasks that compare conversions from binary32.
 *
 * @since 0.1
 */
public final class ConversionSweep {
    private static final List<Rounding> DETERMINISTIC = List.of(
            Rounding.TIES_TO_EVEN,
            Rounding.TIES_TO_AWAY,
            Rounding.TIES_TOWARD_ZERO,
            Rounding.TIES_TOWARD_POSITIVE,
            Rounding.TOWARD_ZERO,
            Rounding.AWAY_FROM_ZERO,
            Rounding.TOWARD_POSITIVE,
            Rounding.TOWARD_NEGATIVE,
            Rounding.TO_ODD);

    private ConversionSweep() {}

    /** {@return the rounding modes without random bits, in the order of the documentation} */
    public static List<Rounding> roundings() {
        return DETERMINISTIC;
    }

    /** {@return the formats of {@link #foundation()}} */
    public static List<ScalarFormat> foundationFormats() {
        return List.of(
                Formats.BINARY16,
                Formats.BFLOAT16,
                Formats.TF32,
                Formats.OCP_E4M3,
                Formats.OCP_E5M2,
                Formats.IEEE_E4M3,
                Formats.IEEE_E3M4,
                Formats.E4M3FNUZ,
                Formats.E5M2FNUZ,
                Formats.E4M3B11FNUZ,
                Formats.OCP_E3M2,
                Formats.OCP_E2M3,
                Formats.OCP_E2M1,
                Formats.E8M0,
                P3109.of(8, 4, true, true),
                Formats.cfloat8143(7));
    }

    /**
     * {@return the tasks that prove the conversions: the formats of {@link #foundationFormats()} in every deterministic
     * rounding mode, codec against oracle; with IEEE overflow over all 2^32 floats, and saturating over those that the
     * overflow policy can touch ({@link #nearOverflow})}
     */
    public static List<SweepTask> foundation() {
        List<SweepTask> tasks = new ArrayList<>();
        for (ScalarFormat format : foundationFormats()) {
            for (Rounding rounding : DETERMINISTIC) {
                Policies ieee = Policies.IEEE.withRounding(rounding);
                tasks.add(task(format, ieee, FloatSpace.all(), "codec", "oracle"));
                tasks.add(task(format, ieee.saturating(), nearOverflow(format), "codec", "oracle"));
            }
        }
        return tasks;
    }

    /**
     * {@return the floats, of both signs, from half the largest finite number of a format on, infinities and NaNs
     * included}
     *
     * <p>Conversions that differ in their overflow policy alone can differ only there: a smaller magnitude rounds to at
     * most the largest finite number in any mode, since half of that is a number of the format or below one.
     *
     * @param format the format
     */
    public static FloatSpace nearOverflow(ScalarFormat format) {
        if (!(format instanceof FloatFormat f)) {
            return FloatSpace.all();
        }
        double half = Codec.of(f).decode(f.maxFiniteCode()) / 2;
        int bits = half > Float.MAX_VALUE
                ? Float.floatToRawIntBits(Float.POSITIVE_INFINITY)
                : Float.floatToRawIntBits((float) half);
        // the largest finite number may have more bits than a float; begin well below
        return FloatSpace.beyond(Math.max(0, bits - 1));
    }

    /**
     * {@return a task}
     *
     * @param target the format converted to
     * @param policies the policies
     * @param space binary32 patterns
     * @param subject name of an implementation, see {@link Conversions}
     * @param reference name of an implementation, or {@code none} to compute the digest alone
     */
    public static SweepTask task(
            ScalarFormat target, Policies policies, InputSpace space, String subject, String reference) {
        return new SweepTask(
                name(target, policies),
                space,
                Conversions.named(subject, target, policies),
                reference.equals("none") ? null : Conversions.named(reference, target, policies));
    }

    /** The target, rounding and overflow, as on the command line. */
    private static String name(ScalarFormat target, Policies policies) {
        return "f32 to " + target.name() + " " + policies.rounding().id() + " " + overflow(policies);
    }

    private static String overflow(Policies policies) {
        if (policies.overflow() == Overflow.SATURATE) {
            return policies.infinity() == InfinityRule.SATURATE ? "sat" : "sat-finite";
        }
        return policies.overflow().id();
    }
}
