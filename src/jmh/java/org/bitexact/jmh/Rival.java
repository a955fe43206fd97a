package org.bitexact.jmh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a benchmark is compared with: it has its turn before each call, so that other load on the machine disturbs both
 * alike, and its time is not in the score. {@link Turns} has the results.
 */
@State(Scope.Thread)
public abstract class Rival {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final boolean byClock;
    private Task task = () -> {};
    private double micros;

    /** What is timed. */
    public interface Task {
        /** Does it once. */
        void run() throws Exception;
    }

    /**
     * Makes a rival.
     *
     * @param byClock whether the time on the wall counts, as for tasks of several threads, instead of the processor time
     *     of the thread
     */
    protected Rival(boolean byClock) {
        this.byClock = byClock;
    }

    /** Tells what it does, before its first turn. */
    protected final void does(Task value) {
        task = value;
    }

    /** Takes its turn. */
    @Setup(Level.Invocation)
    public final void takeTurn() throws Exception {
        micros = micros(task);
    }

    /** {@return the microseconds of the last turn} */
    final double micros() {
        return micros;
    }

    /** {@return the microseconds of a task, by the same clock} */
    final double micros(Task work) throws Exception {
        long start = now();
        work.run();
        return (now() - start) / 1000.0;
    }

    private long now() {
        return byClock ? System.nanoTime() : THREADS.getCurrentThreadCpuTime();
    }
}
