package org.bitexact.cli;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells how far a sweep is, how fast it goes and how long it may take: on a terminal in one line that is overwritten,
 * elsewhere, if asked for, in a line a minute. Called by several threads.
 */
final class SweepProgress {
    private static final long ON_TERMINAL = 500_000_000L;
    private static final long ELSEWHERE = 60_000_000_000L;

    private final Io io;
    private final boolean wanted;
    private final long total;
    private final long start = System.nanoTime();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong next;
    private boolean shown; // guarded by this

    /**
     * @param elsewhere whether to tell it where standard error is no terminal
     * @param total inputs to be done
     */
    SweepProgress(Io io, boolean elsewhere, long total) {
        this.io = io;
        this.wanted = io.terminal() || elsewhere;
        this.total = total;
        this.next = new AtomicLong(start + interval());
    }

    private long interval() {
        return io.terminal() ? ON_TERMINAL : ELSEWHERE;
    }

    /** Adds inputs that have been done. */
    void add(long inputs) {
        long sum = done.addAndGet(inputs);
        long now = System.nanoTime();
        long due = next.get();
        if (wanted && now - due >= 0 && next.compareAndSet(due, now + interval())) {
            tell(sum, now);
        }
    }

    private synchronized void tell(long sum, long now) {
        double seconds = (now - start) * 1e-9;
        double rate = sum / seconds;
        String text = String.format(
                Locale.ROOT,
                "%.1f %% of %.3g inputs, %.0f million a second, %s left",
                100.0 * sum / total,
                (double) total,
                rate * 1e-6,
                duration((total - sum) / rate));
        if (io.terminal()) {
            shown = true;
            io.err().print("\r" + text + "\u001b[K");
            io.err().flush();
        } else {
            io.message(text);
        }
    }

    /** Takes the line away again. */
    synchronized void clear() {
        if (shown) {
            shown = false;
            io.err().print("\r\u001b[K");
            io.err().flush();
        }
    }

    /** {@return a time for people: {@code 42 s}, {@code 7 min}, {@code 2 h 05 min}} */
    static String duration(double seconds) {
        long s = Math.max(0, Math.round(seconds));
        if (s < 120) {
            return s + " s";
        }
        long min = (s + 30) / 60;
        return min < 120 ? min + " min" : String.format(Locale.ROOT, "%d h %02d min", min / 60, min % 60);
    }
}
