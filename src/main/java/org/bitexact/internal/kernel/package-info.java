/** What dot products are made of: the exact sum, and the loops that are fast for common cases. */
@NullMarked
package org.bitexact.internal.kernel;

import org.jspecify.annotations.NullMarked;
