package org.bitexact.sweep;

/**
 * Told how a sweep goes on. Calls come from its threads, one at a time except for {@link #progress}; they should be
 * short.
 *
 * @since 0.1
 */
public interface SweepListener {
    /** Does nothing. */
    SweepListener NONE = new SweepListener() {};

    /**
     * Inputs have been done, some 10^6 at a time.
     *
     * @param inputs how many since the last call
     */
    default void progress(long inputs) {}

    /**
     * All units of a task that are in this shard have been done, by this run or, according to the journal, before it.
     *
     * @param task what came out; not complete if other shards have a part of it
     */
    default void finished(SweepReport.TaskReport task) {}
}
