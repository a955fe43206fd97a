package org.bitexact.testkit;

/**
 * When two NaN codes count as equal.
 *
 * @since 0.1
 */
public enum NanComparison {
    /** Only the same code: sign, payload and signaling bit count. */
    BITS,
    /** A quiet NaN equals any quiet one, a signaling NaN any signaling one. */
    CLASS,
    /** Any NaN equals any other. */
    ANY;

    /** {@return the rule in words} */
    @Override
    public String toString() {
        return switch (this) {
            case BITS -> "NaNs compared bit for bit";
            case CLASS -> "NaNs compared as quiet or signaling";
            case ANY -> "all NaNs equal";
        };
    }
}
