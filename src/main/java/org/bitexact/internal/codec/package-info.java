/** The rounding routine and the reading of codes, shared by {@code codec}, {@code arith} and {@code array}. */
@NullMarked
package org.bitexact.internal.codec;

import org.jspecify.annotations.NullMarked;
