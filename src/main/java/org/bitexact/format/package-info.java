/**
 * What bits mean, and what may be chosen: descriptors of number formats, the registry of named formats, and the
 * vocabulary of policies.
 *
 * <p>Formats are data. {@link org.bitexact.format.FloatFormat}, {@link org.bitexact.format.IntFormat} and {@link
 * org.bitexact.format.BlockFormat} hold a few independent parameters and a citation; everything else is derived.
 * {@link org.bitexact.format.Formats} names the formats of machine-learning hardware, {@link
 * org.bitexact.format.CFp8} and {@link org.bitexact.format.P3109} are families with parameters, and {@link
 * org.bitexact.format.FormatNames} finds any of them by the names people use. Where real implementations differ, the
 * choice is an axis of {@link org.bitexact.format.Policies}; {@link org.bitexact.format.Profile} bundles the choices of
 * one implementation. Nothing here computes.
 */
@NullMarked
package org.bitexact.format;

import org.jspecify.annotations.NullMarked;
