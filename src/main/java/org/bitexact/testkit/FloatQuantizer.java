package org.bitexact.testkit;

/**
 * An implementation of affine quantisation, right or wrong.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface FloatQuantizer {
    /**
     * {@return the integer for a value}
     *
     * @param x any value
     */
    int quantize(float x);
}
