package org.bitexact.cli;

import java.util.Locale;

/** Tells on a terminal how far a long run is; says nothing anywhere else. */
final class Progress {
    private static final long FIRST_NANOS = 2_000_000_000L;
    private static final long EVERY_NANOS = 500_000_000L;

    private final Io io;
    private long next;
    private boolean shown;

    Progress(Io io) {
        this.io = io;
        next = System.nanoTime() + FIRST_NANOS;
    }

    /** Called once in a while with what has been read so far. */
    void bytes(long count) {
        if (isDue()) {
            tell(String.format(Locale.ROOT, "%.1f MB read", count / 1e6));
        }
    }

    /** Called once in a while with the rows of a pack done so far. */
    void rows(int count) {
        if (isDue()) {
            tell(count + " rows");
        }
    }

    /** Called once in a while, by one thread at a time, with what has been done of a whole. */
    void part(long done, long total) {
        if (isDue()) {
            tell(String.format(Locale.ROOT, "%.1f %% of %d elements", 100.0 * done / total, total));
        }
    }

    private boolean isDue() {
        return io.terminal() && System.nanoTime() - next >= 0;
    }

    private void tell(String text) {
        next = System.nanoTime() + EVERY_NANOS;
        shown = true;
        io.err().print("\r" + text);
        io.err().flush();
    }

    /** Takes the line away again. */
    void end() {
        if (shown) {
            io.err().print("\r\u001b[K");
            io.err().flush();
        }
    }
}
