/**
 * The exact answer, from a reference that is slow, independent and written to be read.
 *
 * <p>{@link org.bitexact.oracle.Oracle} decodes and encodes scalar formats. The package uses the parameters of the
 * format descriptors, exact integers and exact fractions; it shares no code with the codecs, takes no derived quantity
 * from the descriptors, and rounds by definition: find the two neighbouring representable values, and compare.
 */
@NullMarked
package org.bitexact.oracle;

import org.jspecify.annotations.NullMarked;
