package org.bitexact.engine;

import org.bitexact.internal.codec.Operand;

/**
 * The terms of one step of an engine, gathered before they are aligned.
 *
 * <p>A term is {@code (-1)^sign * significand * 2^weight} with an exponent for the alignment; significands carry their
 * signs here. Special values and the signs of zeros are gathered beside them.
 */
final class Step {
    /** The exponent of no term. */
    static final int NONE = Integer.MIN_VALUE;

    final long[] significand;
    final int[] weight; // of the significand's lowest bit
    final int[] exponent;
    final boolean[] odd; // whether the term belongs to the second sum
    int size;
    /** Whether a term is not a negative zero. */
    boolean notNegativeZero;

    private boolean nan;
    private boolean plusInfinity;
    private boolean minusInfinity;
    private boolean weakPlusInfinity; // gives way to the other two
    private boolean weakMinusInfinity;
    private int zeroMax; // largest exponent of a zero, where zeros take part

    Step(int capacity) {
        significand = new long[capacity];
        weight = new int[capacity];
        exponent = new int[capacity];
        odd = new boolean[capacity];
        clear();
    }

    void clear() {
        size = 0;
        notNegativeZero = false;
        nan = false;
        plusInfinity = false;
        minusInfinity = false;
        weakPlusInfinity = false;
        weakMinusInfinity = false;
        zeroMax = NONE;
    }

    void add(boolean negative, long sig, int w, int e, boolean second) {
        notNegativeZero = true;
        significand[size] = negative ? -sig : sig;
        weight[size] = w;
        exponent[size] = e;
        odd[size] = second;
        size++;
    }

    void addZero(boolean negative) {
        notNegativeZero |= !negative;
    }

    /** Lets a zero take part in the largest exponent. */
    void raise(int e) {
        zeroMax = Math.max(zeroMax, e);
    }

    void addInfinity(boolean negative) {
        notNegativeZero = true;
        plusInfinity |= !negative;
        minusInfinity |= negative;
    }

    /**
     * Adds a product that is too large.
     *
     * @param strong whether it is as good an infinity as an operand
     */
    void addOverflow(boolean negative, boolean strong) {
        if (strong) {
            addInfinity(negative);
        } else {
            notNegativeZero = true;
            weakPlusInfinity |= !negative;
            weakMinusInfinity |= negative;
        }
    }

    void addNan() {
        nan = true;
    }

    /** {@return NAN, INFINITE or FINITE of {@link Operand}: the kind of the sum} */
    int kind() {
        if (nan || plus() && minus()) {
            return Operand.NAN;
        }
        return plus() || minus() ? Operand.INFINITE : Operand.FINITE;
    }

    private boolean plus() {
        return plusInfinity || weakPlusInfinity && !minusInfinity;
    }

    private boolean minus() {
        return minusInfinity || weakMinusInfinity && !plusInfinity;
    }

    /** {@return whether an infinite sum is negative} */
    boolean isInfinityNegative() {
        return minus();
    }

    /** {@return the largest exponent of a term of one of the two sums, at least {@code least}, or {@link #NONE}} */
    int largestExponent(boolean second, int least) {
        int largest = Math.max(zeroMax, least);
        for (int i = 0; i < size; i++) {
            if (odd[i] == second) {
                largest = Math.max(largest, exponent[i]);
            }
        }
        return largest;
    }

    /** {@return the sum of the terms of one of the two sums, each cut to a multiple of {@code 2^unit}, in that unit} */
    long sum(boolean second, int unit, boolean down) {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            if (odd[i] == second) {
                sum += cut(significand[i], weight[i] - unit, down);
            }
        }
        return sum;
    }

    /** {@return {@code n * 2^shift}, cut to an integer toward zero or toward minus infinity} */
    static long cut(long n, int shift, boolean down) {
        if (shift >= 0) {
            return n << shift;
        }
        if (shift <= -63) {
            return down && n < 0 ? -1 : 0;
        }
        return down || n >= 0 ? n >> -shift : -(-n >> -shift);
    }
}
