/**
 * Kernels of bulk conversion written for the Vector API ({@code jdk.incubator.vector}), with the same bits as those of
 * plain Java. Nothing outside this package names a type of that module, which may be absent at run time.
 */
@NullMarked
package org.bitexact.internal.vector;

import org.jspecify.annotations.NullMarked;
