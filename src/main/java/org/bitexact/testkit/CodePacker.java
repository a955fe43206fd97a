package org.bitexact.testkit;

/**
 * An implementation of dense storage for codes narrower than a byte, right or wrong.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface CodePacker {
    /**
     * Packs codes.
     *
     * @param codes codes, one a byte
     * @return the dense bytes
     */
    byte[] pack(byte[] codes);
}
