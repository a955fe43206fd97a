/** The exact answer from an independent, slow reference that shares no code with the codecs. */
@NullMarked
package org.bitexact.oracle;

import org.jspecify.annotations.NullMarked;
