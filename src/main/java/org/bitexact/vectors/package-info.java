/** Reference cases: stimulus, generation, file dialects and verification. */
@NullMarked
package org.bitexact.vectors;

import org.jspecify.annotations.NullMarked;
