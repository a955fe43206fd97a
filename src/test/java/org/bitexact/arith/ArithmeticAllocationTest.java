package org.bitexact.arith;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.bitexact.codec.Codec;
import org.bitexact.format.Flags;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.NanPropagation;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.junit.jupiter.api.Test;

/** Operations allocate nothing: a million of each leaves the thread's counter of allocated bytes where it was. */
class ArithmeticAllocationTest {
    private static final int ROUNDS = 50_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long sink;

    @Test
    void noOperationAllocates() {
        for (FloatFormat f :
                List.of(Formats.OCP_E4M3, Formats.BINARY16, Formats.BFLOAT16, Formats.BINARY32, Formats.BINARY64)) {
            for (Policies p : List.of(
                    Policies.IEEE,
                    Policies.IEEE.withRounding(Rounding.TOWARD_NEGATIVE),
                    Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_C, 11))) {
                Arithmetic arithmetic = Arithmetic.of(Codec.of(f, p)).nans(NanPropagation.SIGNALING_FIRST);
                Comparison comparison = Comparison.of(f);
                Flags flags = new Flags();
                run(arithmetic, comparison, f, p, flags, 2000); // tables, classes
                long before =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                run(arithmetic, comparison, f, p, flags, ROUNDS);
                long after =
                        threads.getThreadAllocatedBytes(Thread.currentThread().getId());
                // the counters' own calls take some hundred bytes; one object a round would be at least 16 * ROUNDS
                assertThat(after - before).as("%s, %s", f, p).isLessThan(ROUNDS);
            }
        }
        assertThat(sink).isNotZero();
    }

    private void run(Arithmetic arithmetic, Comparison comparison, FloatFormat f, Policies p, Flags flags, int rounds) {
        boolean packs = f.width() <= 32 && !p.rounding().isStochastic();
        long state = 12345;
        long sum = 0;
        for (int i = 0; i < rounds; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            long x = state >>> 7 & f.codeMask();
            long y = Long.rotateLeft(state, 23) & f.codeMask();
            long z = Long.rotateLeft(state, 41) & f.codeMask();
            sum += arithmetic.add(x, y, state, flags)
                    + arithmetic.subtract(x, y, state, flags)
                    + arithmetic.multiply(x, y, state, flags)
                    + arithmetic.divide(x, y, state, flags)
                    + arithmetic.squareRoot(x, state, flags)
                    + arithmetic.fma(x, y, z, state, flags)
                    + arithmetic.remainder(x, y, flags)
                    + arithmetic.scaleB(x, (int) y & 63, state, flags)
                    + arithmetic.roundToIntegral(x, Rounding.TIES_TO_EVEN, true, flags)
                    + comparison.minimumNumber(x, y, flags)
                    + comparison.logB(x, flags)
                    + (comparison.isLess(x, y, true, flags) ? 1 : 0);
            if (packs) {
                sum += arithmetic.addWithFlags((int) x, (int) y)
                        + arithmetic.divideWithFlags((int) x, (int) y)
                        + arithmetic.fmaWithFlags((int) x, (int) y, (int) z);
            }
        }
        sink += sum | flags.raised();
    }
}
