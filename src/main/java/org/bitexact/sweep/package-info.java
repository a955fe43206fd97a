/** Exhaustive and sampled comparison of two implementations, in shards that can be resumed. */
@NullMarked
package org.bitexact.sweep;

import org.jspecify.annotations.NullMarked;
