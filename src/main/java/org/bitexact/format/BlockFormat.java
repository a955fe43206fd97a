package org.bitexact.format;

import java.util.Objects;

/**
 * A block-scaled format: runs of {@code blockLength} element codes that share one scale code.
 *
 * <p>The value of element <i>i</i> is {@code element[i] * scale[i / blockLength]}, times a binary32 scale of the whole
 * tensor where {@code tensorScale} is set. A NaN scale makes the whole block NaN. How codes and scales lie in memory
 * is the producer's choice; no adjacency is prescribed.
 *
 * <p>Sources: OCP Microscaling Formats (MX) 1.0, sections 5 and 6; for NVFP4, PTX ISA {@code kind::mxf4nvf4} and
 * NVIDIA TransformerEngine.
 *
 * @param name canonical identifier
 * @param element format of the elements
 * @param scale format of the shared scale
 * @param blockLength elements per scale, at least 1
 * @param scaleRule how the scale is chosen unless the caller says otherwise
 * @param tensorScale whether a binary32 scale of the whole tensor multiplies every block
 * @param info title, aliases, sources and certainty
 * @since 0.1
 */
public record BlockFormat(
        String name,
        ScalarFormat element,
        FloatFormat scale,
        int blockLength,
        ScaleRule scaleRule,
        boolean tensorScale,
        FormatInfo info)
        implements Format {

    /** Checks the parameters. */
    public BlockFormat {
        Names.requireIdentifier("name", name);
        Objects.requireNonNull(element, "element");
        Objects.requireNonNull(scale, "scale");
        Objects.requireNonNull(scaleRule, "scaleRule");
        Objects.requireNonNull(info, "info");
        FloatFormat.requireRange("blockLength", blockLength, 1, 1 << 20);
    }

    /** {@return the number of bits a value takes on average, its share of the block scale included} */
    public double bitsPerElement() {
        int scaleBits = scale.containerBits();
        return element.width() + (double) scaleBits / blockLength;
    }

    @Override
    public String toString() {
        return name;
    }
}
