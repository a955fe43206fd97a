package org.bitexact.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bitexact.format.InfinityRule;
import org.bitexact.format.NanRule;
import org.bitexact.format.NanSubstitute;
import org.bitexact.format.NegativeRule;
import org.bitexact.format.Overflow;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.bitexact.format.ScalarFormat;
import org.bitexact.format.SourcePath;
import org.bitexact.format.SubnormalResults;
import org.bitexact.format.Tininess;
import org.bitexact.format.ZeroRule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that say how a value becomes a code. Each sets one axis of {@link Policies} over what the profile says,
 * and the profile over what comes with a target that is a cFP8 preset.
 */
final class PolicyOptions {
    /** Random bits of the stochastic modes, unless an option says otherwise. */
    static final int DEFAULT_RANDOM_BITS = 32;

    private static final List<String> OVERFLOWS =
            List.of("ieee", "inf", "nan", "sat-finite", "sat", "p3109", "wrap", "indefinite");

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "Convert as a real implementation does; sets every axis, and the options below override it. One of"
                            + " ieee, ocp-sat, ocp-nosat, cuda-sat, cuda-nosat, ml-dtypes, ml-dtypes-astype, pytorch,"
                            + " pytorch-simd, pytorch-old, onnx-sat, onnx-nosat, f16c, avx512-bf16, jdk, riscv, x86, arm, arm-dn,"
                            + " tf32-truncate, tf32-rna, tf32-rne, tesla, graphcore, graphcore-clip, amd-fnuz, neuron,"
                            + " p3109-satnone, p3109-satfinite, p3109-satpropagate.")
    private @Nullable Profile profile;

    @Option(
            names = "--rounding",
            paramLabel = "R",
            description =
                    "rne ties to even (default), rna ties to away, rnz ties toward zero, rhu ties toward +infinity, rz"
                            + " toward zero, raz away from zero, ru toward +infinity, rd toward -infinity, ro to odd;"
                            + " stochastic: sra, srb, src (P3109 A, B, C), srt (add, then truncate).")
    private @Nullable Rounding rounding;

    @Option(
            names = "--overflow",
            paramLabel = "P",
            description = "ieee by direction (default), inf, nan, sat-finite (finite values to the largest finite), sat"
                    + " (infinite inputs too), p3109, and for integers wrap and indefinite (x86). Infinite inputs are kept by all but sat, unless"
                    + " --infinity says otherwise.")
    private @Nullable String overflow;

    @Option(names = "--infinity", paramLabel = "R", description = "Infinite inputs: keep, sat, nan.")
    private @Nullable InfinityRule infinity;

    @Option(
            names = "--nan",
            paramLabel = "P",
            description = "NaN inputs: keep (default), keep-signaling, truncate, canonical, canonical-signed,"
                    + " canonical-negative, all-ones, all-ones-signed, all-ones-negative, signaling-one, jdk-fold.")
    private @Nullable NanRule nan;

    @Option(
            names = "--nan-substitute",
            paramLabel = "P",
            description = "NaN inputs where the target has no NaN: largest (default), largest-signed, lowest, zero,"
                    + " opposite-zero, indefinite (integers: x86's).")
    private @Nullable NanSubstitute nanSubstitute;

    @Option(
            names = "--negative",
            paramLabel = "R",
            description = "Negative values into unsigned floats: nan (default), clamp, absolute.")
    private @Nullable NegativeRule negative;

    @Option(
            names = "--zero",
            paramLabel = "R",
            description = "Zero into formats without zero: smallest (default), nan.")
    private @Nullable ZeroRule zero;

    @Option(names = "--daz", negatable = true, description = "Read subnormal inputs as zeros.")
    private @Nullable Boolean flushInputs;

    @Option(
            names = "--ftz",
            paramLabel = "WHEN",
            description = "Flush subnormal results, judged before or after rounding; none (default) keeps them.")
    private @Nullable String flushResults;

    @Option(
            names = "--tininess",
            paramLabel = "WHEN",
            description = "Judge tininess, for the underflow flag, before or after (default) rounding.")
    private @Nullable Tininess tininess;

    @Option(
            names = "--via-f32",
            negatable = true,
            description = "Round to binary32 first, as frameworks do: two roundings.")
    private @Nullable Boolean viaBinary32;

    @Option(
            names = "--random-bits",
            paramLabel = "N",
            description =
                    "Random bits a value, 1 to 63, for the stochastic modes (default " + DEFAULT_RANDOM_BITS + ").")
    private @Nullable Integer randomBits;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description =
                    "Seed of the stochastic modes (default 0): value i, counted from 0, takes the top bits of output i"
                            + " of SplitMix64.")
    private @Nullable String seed;

    /**
     * {@return the policies of a conversion}
     *
     * @param source the format converted from
     * @param target the format converted to
     * @param preset what comes with the target
     */
    Policies policies(ScalarFormat source, ScalarFormat target, Optional<Policies> preset) {
        Policies p = profile != null ? profile.policies(source, target) : preset.orElse(Policies.IEEE);
        int bits = randomBits == null ? DEFAULT_RANDOM_BITS : randomBits;
        if (bits < 1 || bits > 63) {
            throw new UsageException("--random-bits must be in [1, 63]: " + bits);
        }
        if (rounding != null) {
            p = rounding.isStochastic() ? p.withStochasticRounding(rounding, bits) : p.withRounding(rounding);
        }
        if (overflow != null) {
            p = withOverflow(p, overflow);
        }
        p = infinity == null ? p : p.withInfinity(infinity);
        p = nan == null ? p : p.withNan(nan);
        p = nanSubstitute == null ? p : p.withNanSubstitute(nanSubstitute);
        p = negative == null ? p : p.withNegative(negative);
        p = zero == null ? p : p.withZero(zero);
        p = flushInputs == null ? p : p.withFlushInputs(flushInputs);
        p = flushResults == null ? p : p.withSubnormalResults(subnormalResults(flushResults));
        p = tininess == null ? p : p.withTininess(tininess);
        if (viaBinary32 != null) {
            p = p.withPath(viaBinary32 ? SourcePath.VIA_BINARY32 : SourcePath.DIRECT);
        }
        return p;
    }

    /** {@return the seed: any 64-bit number, signed or unsigned, decimal or with {@code 0x}; 0 unless it is given} */
    long seed() {
        return seed(0);
    }

    /**
     * {@return the seed}
     *
     * @param usual what it is unless it is given
     */
    long seed(long usual) {
        if (seed == null) {
            return usual;
        }
        try {
            boolean hex = seed.startsWith("0x") || seed.startsWith("0X");
            return hex
                    ? Long.parseUnsignedLong(seed.substring(2), 16)
                    : seed.startsWith("-") ? Long.parseLong(seed) : Long.parseUnsignedLong(seed);
        } catch (NumberFormatException e) {
            throw new UsageException("--seed must be a 64-bit number: " + Io.quoted(seed));
        }
    }

    /** {@return the policies with the overflow policy of a name, and the rule for infinite inputs that goes with it} */
    static Policies withOverflow(Policies p, String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "sat" -> p.saturating();
            case "sat-finite" -> p.withOverflow(Overflow.SATURATE).withInfinity(InfinityRule.KEEP);
            case "ieee", "inf", "nan", "p3109", "wrap", "indefinite" ->
                p.withOverflow(Overflow.parse(name)).withInfinity(InfinityRule.KEEP);
            default ->
                throw new UsageException("--overflow must be one of " + String.join(", ", OVERFLOWS) + ": "
                        + Io.quoted(name) + Suggestions.of(name, OVERFLOWS));
        };
    }

    private static SubnormalResults subnormalResults(String when) {
        return switch (when.toLowerCase(Locale.ROOT)) {
            case "before" -> SubnormalResults.FLUSH_BEFORE_ROUNDING;
            case "after" -> SubnormalResults.FLUSH_AFTER_ROUNDING;
            case "none" -> SubnormalResults.KEEP;
            default -> throw new UsageException("--ftz must be one of before, after, none: " + Io.quoted(when));
        };
    }
}
