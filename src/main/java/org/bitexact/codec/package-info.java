/** How a value becomes a code and a code a value: decode, encode and convert, each rounding once. */
@NullMarked
package org.bitexact.codec;

import org.jspecify.annotations.NullMarked;
