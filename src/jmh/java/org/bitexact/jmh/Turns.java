package org.bitexact.jmh;

import java.util.Arrays;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The times of a benchmark and its {@link Rival}, turn by turn: medians of an iteration. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Turns {
    private int turns;
    private double[] ours = new double[1024];
    private double[] theirs = new double[1024];

    /** Forgets the last iteration. */
    @Setup(Level.Iteration)
    public void clear() {
        turns = 0;
    }

    /** Does what is compared with the rival's last turn. */
    public void take(Rival rival, Rival.Task task) throws Exception {
        if (turns == ours.length) {
            ours = Arrays.copyOf(ours, 2 * turns);
            theirs = Arrays.copyOf(theirs, 2 * turns);
        }
        ours[turns] = rival.micros(task);
        theirs[turns++] = rival.micros();
    }

    /** {@return microseconds of a call of the benchmark} */
    public double micros() {
        return median(Arrays.copyOf(ours, turns));
    }

    /** {@return microseconds of a turn of the rival} */
    public double rivalMicros() {
        return median(Arrays.copyOf(theirs, turns));
    }

    /** {@return how many times as fast as the rival the benchmark is} */
    public double ratio() {
        double[] ratios = new double[turns];
        for (int i = 0; i < turns; i++) {
            ratios[i] = theirs[i] / ours[i];
        }
        return median(ratios);
    }

    private static double median(double[] x) {
        Arrays.sort(x);
        return x.length == 0 ? Double.NaN : x[x.length / 2];
    }
}
