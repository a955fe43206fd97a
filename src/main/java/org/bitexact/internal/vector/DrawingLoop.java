package org.bitexact.internal.vector;

/** The inner loop of {@link RandomBits}: whole vectors of words. */
interface DrawingLoop {
    /**
     * Draws words.
     *
     * @param word what the first word is mixed from
     * @param dst receives the shares: {@code short[]} or {@code int[]}, as the variant has it
     * @param from position of the first one
     * @param end where to stop; the last step, of two vectors, may reach beyond
     */
    void run(long word, Object dst, int from, int end);
}
