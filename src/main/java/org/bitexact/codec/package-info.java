/**
 * How a value becomes a code, and a code a value: exact decoding, correctly rounded encoding, conversion between any two
 * formats.
 *
 * <p>A {@link org.bitexact.codec.Codec} joins a format and the policies of conversions into it; a {@link
 * org.bitexact.codec.Converter} goes from code to code. Both are immutable, allocate nothing, and end in one rounding
 * routine, so that every source type, format and mode rounds exactly once.
 */
@NullMarked
package org.bitexact.codec;

import org.jspecify.annotations.NullMarked;
