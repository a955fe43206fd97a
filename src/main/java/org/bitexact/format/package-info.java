/** What the bits of a code mean, and which policies a caller may choose: data, no arithmetic. */
@NullMarked
package org.bitexact.format;

import org.jspecify.annotations.NullMarked;
