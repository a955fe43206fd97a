/**
 * The exact answer, from a reference that is slow, independent and written to be read.
 *
 * <p>{@link org.bitexact.oracle.Oracle} decodes and encodes scalar formats, {@link org.bitexact.oracle.ExactArithmetic}
 * computes operations with one rounding, {@link org.bitexact.oracle.Ulps} measures errors, and {@link
 * org.bitexact.oracle.BoundaryTable} lays an encoding out as intervals of binary32 patterns, so that all 2^32 of them can
 * be checked in seconds. The package uses the parameters of the format descriptors, exact integers and exact fractions;
 * it shares no code with the codecs, takes no derived quantity from the descriptors, and rounds by definition: find the
 * two neighbouring representable values, and compare.
 */
@NullMarked
package org.bitexact.oracle;

import org.jspecify.annotations.NullMarked;
