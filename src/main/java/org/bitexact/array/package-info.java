/**
 * Conversions of whole arrays and buffers: the same bits as {@link org.bitexact.codec}, element by element, at the speed
 * of the machine.
 *
 * <p>{@link org.bitexact.array.ArrayCodec} turns values into codes and back, {@link org.bitexact.array.ArrayConverter}
 * codes into codes, and {@link org.bitexact.array.Packing} is the layout of codes that share bytes.
 *
 * {@snippet file="org/bitexact/array/ArrayCodecSnippets.java" region="encode"}
 */
@NullMarked
package org.bitexact.array;

import org.jspecify.annotations.NullMarked;
