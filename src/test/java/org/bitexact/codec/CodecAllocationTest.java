package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.bitexact.format.Flags;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Profile;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoding, decoding and converting allocate nothing. */
@Tag("fast")
class CodecAllocationTest {
    private static final int CALLS = 1_000_000;
    /** What the measurement itself, class loading and the like may cost. */
    private static final long SLACK = 64 << 10;

    static Stream<Codec> codecs() {
        return Stream.of(
                Codec.of(Formats.OCP_E4M3).saturating(),
                Codec.of(Formats.BINARY16).stochastic(Rounding.STOCHASTIC_C, 13),
                Codec.of(Formats.E8M0, Profile.CUDA_SATURATING, Formats.BINARY32),
                Codec.of(Formats.CFLOAT16_UHP).rounding(Rounding.TO_ODD),
                Codec.of(Formats.INT8),
                Codec.of(Formats.BINARY64),
                Codec.of(Formats.BFLOAT16, Profile.PYTORCH, Formats.BINARY64),
                Codec.of(Formats.BINARY32, Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE)));
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void nothingIsAllocated(Codec codec) {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean,
                "this JVM does not count allocations");
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Converter fromDouble = Converter.of(Formats.BINARY64, codec);
        Converter fromE5m2 = Converter.of(Formats.OCP_E5M2, codec);
        Flags sink = new Flags();
        long sum = calls(codec, fromDouble, fromE5m2, sink, 20_000);
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        sum += calls(codec, fromDouble, fromE5m2, sink, CALLS);
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(allocated)
                .as("bytes for %d calls of each method, sum %d", CALLS, sum)
                .isLessThan(SLACK);
    }

    private static long calls(Codec codec, Converter fromDouble, Converter fromE5m2, Flags sink, int n) {
        boolean narrow = codec.format().width() <= 32;
        long sum = 0;
        long state = 1;
        for (int i = 0; i < n; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            double x = Double.longBitsToDouble(state >> (state & 3));
            sum += codec.encodeLong(x, state, sink);
            sum += codec.encodeLong(state, state, sink);
            if (narrow) {
                sum += codec.encode(x, state);
                sum += codec.encode((float) x, state);
                sum += codec.encodeWithFlags(x, state);
                sum += codec.encodeWithFlags(state, state);
                sum += codec.encodeFloatBits((int) state, state);
                sum += fromDouble.convertWithFlags(state, state);
                sum += fromE5m2.convertWithFlags(state & 0xff, state);
            }
            sum += fromDouble.convertLong(state, state, sink);
            sum += (long) codec.decode(state & codec.format().codeMask());
        }
        return sum;
    }
}
