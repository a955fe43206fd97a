package org.bitexact.testkit;

/**
 * An implementation of an encoder of block-scaled formats, right or wrong.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface BlockEncoder {
    /**
     * Encodes values from the first on, block by block.
     *
     * @param values the values
     * @param codes receives as many element codes, one a byte
     * @param scales receives the scales' codes, little-endian, for each block as many bytes as {@link
     *     org.bitexact.quant.BlockCodec#scaleBytes()} says
     */
    void encode(float[] values, byte[] codes, byte[] scales);
}
