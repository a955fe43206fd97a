/** Kernels of bulk conversion and how one of them is chosen; {@code internal.vector} holds those of the Vector API. */
@NullMarked
package org.bitexact.internal.array;

import org.jspecify.annotations.NullMarked;
