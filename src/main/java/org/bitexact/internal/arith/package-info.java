/** Exact operations on unpacked operands, each ending in the one rounding routine. */
@NullMarked
package org.bitexact.internal.arith;

import org.jspecify.annotations.NullMarked;
