/**
 * How do tensors become narrow codes? Block formats with shared scales, and how their scales are chosen.
 *
 * <p>{@link org.bitexact.quant.BlockCodec} turns values into codes and scales and back. Where implementations differ, in
 * the rule for the scale, its arithmetic, or the treatment of infinities, the caller chooses, and presets reproduce named
 * implementations. {@link org.bitexact.quant.ErrorMeasures} compares numbers with those that stand for them.
 */
@NullMarked
package org.bitexact.quant;

import org.jspecify.annotations.NullMarked;
