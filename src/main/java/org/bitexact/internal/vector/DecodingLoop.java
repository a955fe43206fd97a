package org.bitexact.internal.vector;

/** The inner loop of a decoder: whole vectors of codes. */
interface DecodingLoop {
    /** {@return the codes that are converted at a time} */
    default int step() {
        return Lanes.COUNT;
    }

    /**
     * Converts codes.
     *
     * @param src codes: {@code byte[]}, {@code short[]} or {@code int[]}, as the variant has it; bits above the
     *     format's width do not count
     * @param from position of the first code
     * @param dst receives values
     * @param to position of the first value
     * @param n number of codes, a positive multiple of {@link #step()}
     */
    void run(Object src, int from, float[] dst, int to, int n);
}
