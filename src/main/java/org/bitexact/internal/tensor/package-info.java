/** How files come into being: complete, or not at all. */
@NullMarked
package org.bitexact.internal.tensor;

import org.jspecify.annotations.NullMarked;
