package org.bitexact.kernel;

import org.bitexact.format.ScalarFormat;

/**
 * A rule that gives one element of D = A·B + C: the code of a dot product of two vectors of codes, plus an addend.
 *
 * <p>Plain kernels and models of matrix engines are such rules; a matrix product applies one to each row of A and column
 * of B. The rule defines the bits: faster implementations give the same ones.
 *
 * <p><b>Random bits</b> of rules that round stochastically are a function of the rule's seed, the number of the element,
 * and which of the element's roundings they are for. Other rules ignore the number.
 *
 * <p><b>Thread safety</b>: implementations are immutable.
 *
 * @since 0.1
 */
public interface DotProduct {
    /** {@return the format of the first vector's codes} */
    ScalarFormat formatA();

    /** {@return the format of the second vector's codes} */
    ScalarFormat formatB();

    /** {@return the format of the addend's code} */
    ScalarFormat formatC();

    /** {@return the format of the result's code} */
    ScalarFormat formatD();

    /**
     * Computes {@code a[0]·b[0] + ... + a[k-1]·b[k-1] + c} by this rule.
     *
     * @param a codes of the first vector, each in the low bits of its element
     * @param aFrom position of the first code
     * @param b codes of the second vector
     * @param bFrom position of the first code
     * @param k number of products, 0 or more
     * @param c the addend's code
     * @param element the number of the element, from which random bits are taken: in a matrix product, batch · m · n +
     *     row · n + column
     * @return the result's code
     * @throws IndexOutOfBoundsException if a range does not lie within its array
     * @throws IllegalArgumentException if a code does not fit its format
     */
    long dot(long[] a, int aFrom, long[] b, int bFrom, int k, long c, long element);

    /**
     * Computes {@code a[0]·b[0] + ... + a[k-1]·b[k-1] + c} by this rule, as element 0.
     *
     * @param a codes of the first vector, each in the low bits of its element
     * @param aFrom position of the first code
     * @param b codes of the second vector
     * @param bFrom position of the first code
     * @param k number of products, 0 or more
     * @param c the addend's code
     * @return the result's code
     * @throws IndexOutOfBoundsException if a range does not lie within its array
     * @throws IllegalArgumentException if a code does not fit its format
     */
    default long dot(long[] a, int aFrom, long[] b, int bFrom, int k, long c) {
        return dot(a, aFrom, b, bFrom, k, c, 0);
    }
}
