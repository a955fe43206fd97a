/**
 * What is a·b + c over a vector or a matrix? Dot products and matrix products over codes, with the order of accumulation,
 * the accumulator's format and its rounding as parameters.
 */
@NullMarked
package org.bitexact.kernel;

import org.jspecify.annotations.NullMarked;
