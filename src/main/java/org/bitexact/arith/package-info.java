/**
 * What is a op b? The operations of IEEE 754 on codes, in any format of this library, with any policy, rounded once.
 *
 * <p>{@link org.bitexact.arith.Arithmetic} takes operands of up to three formats and delivers a fourth, so that a
 * widening fused multiply-add (narrow factors, wide addend and result) is the same routine as a plain one. {@link
 * org.bitexact.arith.Comparison} holds the operations that do not round.
 */
@NullMarked
package org.bitexact.arith;

import org.jspecify.annotations.NullMarked;
