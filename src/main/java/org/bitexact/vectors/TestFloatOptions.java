package org.bitexact.vectors;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The options of {@code testfloat_gen} and {@code testfloat_ver}.
 *
 * @param prefix line to write before the cases
 * @param seed seed of the random operands
 * @param level testing level, 1 or 2
 * @param count number of cases, an unsigned number, if given
 * @param forever whether to go on without end
 * @param rounding rounding mode
 * @param tininessBefore whether tininess is detected before rounding
 * @param exact whether rounding to an integer raises inexact
 * @param maxErrors number of errors to stop after; 0 for never
 * @param checkNans whether NaN results must agree bit for bit
 * @param checkInvalidIntegers whether integer results of invalid conversions must agree bit for bit
 * @param specialization processor family to follow (addition)
 * @param saturate whether formats that TestFloat does not know saturate on overflow (addition)
 * @param sample number of cases to thin the stream out to, if given (addition)
 * @param hard number of hard cases wanted instead of the level's, if given (addition)
 * @param shard which part of the stream to write, from 1 (addition)
 * @param shards number of parts (addition)
 * @since 0.1
 */
public record TestFloatOptions(
        Optional<String> prefix,
        int seed,
        int level,
        OptionalLong count,
        boolean forever,
        TestFloatRounding rounding,
        boolean tininessBefore,
        boolean exact,
        long maxErrors,
        boolean checkNans,
        boolean checkInvalidIntegers,
        Specialization specialization,
        boolean saturate,
        OptionalLong sample,
        OptionalLong hard,
        int shard,
        int shards) {

    /** The options that hold if none is given. */
    public static final TestFloatOptions DEFAULTS = new TestFloatOptions(
            Optional.empty(),
            1,
            1,
            OptionalLong.empty(),
            false,
            TestFloatRounding.NEAR_EVEN,
            false,
            false,
            20,
            false,
            false,
            Specialization.X86_SSE,
            false,
            OptionalLong.empty(),
            OptionalLong.empty(),
            1,
            1);
}
